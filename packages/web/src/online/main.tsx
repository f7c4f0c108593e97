/** The online: an account's workspace at its own server's address. */
import { newClient } from '../api/client.ts';
import { startApp } from '../signing-in/start.tsx';
import { router } from './routes.tsx';
import { endVisit } from './visit.ts';

const client = newClient((failure) => endVisit(router, client, failure));

await startApp({ router, client });
