/** The partner console: what a partner's people see, at BASE_DOMAIN. */
import './console.css';
import { Notifications } from '@mantine/notifications';
import { newClient } from '../api/client.ts';
import { startApp } from '../signing-in/start.tsx';
import { DevelopersLink } from './developers-link.tsx';
import { router } from './routes.tsx';
import { endVisit } from './visit.ts';

const client = newClient((failure) => endVisit(router, client, failure));

await startApp({
  router,
  client,
  words: { name: 'console.name', foot: <DevelopersLink /> },
  beside: <Notifications position="bottom-center" limit={3} autoClose={6000} />,
});
