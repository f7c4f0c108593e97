/** Who is signed in at the console, and for which partners they work. */
import { queryOf } from './call.ts';

export const consoleHomeQuery = queryOf('GET /api/console', {});
