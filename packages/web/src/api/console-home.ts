/** Who is signed in at the console, for which partners they work, and their password again. */
import { call, queryOf } from './call.ts';

export const consoleHomeQuery = queryOf('GET /api/console', {});

export const confirmPassword = (password: string) =>
  call('POST /api/console/confirm-password', { password });
