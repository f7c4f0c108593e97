/** `npm run dev`: what runs again at every change, the web app built first. */
import { buildWeb } from './build-web.ts';

buildWeb();
await import('../packages/server/src/main.ts');
