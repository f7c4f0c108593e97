/** What the operator calls: the quick start, ended. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { operator } from './operator.ts';

export const removeQuickstart = endpoint({
  ...operator,
  path: '/operator/removeQuickstart',
  command: 'quickstart remove',
  effect: 'write',
  summary: 'Revoke the secrets of the quick start, so that `npm run serve` starts',
  request: {},
  answer: z.object({ credentials_revoked: z.int(), passwords_removed: z.int() }),
  reasons: ['quickstart_absent'],
});
