/** Who is signed in at the console, and for which partners they work. */

import { call, queryOf } from './call.ts';

export const consoleHomeQuery = queryOf('GET /api/console', {});

/** For 10 minutes this session may do what concerns secrets. */
export const confirmPassword = (password: string) =>
  call('POST /api/console/confirm-password', { password });
