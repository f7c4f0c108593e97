/** What the operator calls: a deleted account brought back. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { held } from '../partner/held.ts';
import { account } from './account.ts';
import { operator } from './operator.ts';

export const restoreAccount = endpoint({
  ...operator,
  path: '/operator/restoreAccount',
  command: 'account restore',
  effect: 'write',
  summary: 'Bring back an account that was deleted within the last 30 days',
  request: account,
  answer: z.object({
    account_id: z.int(),
    server: z.string(),
    account_name: z.string(),
    account_status: z.literal([0, 1]),
    held: held.optional(),
  }),
  reasons: ['server_not_found', 'account_not_deleted'],
});
