/** What the operator calls: a deleted account brought back. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { ID_RULE } from '../partner/parameters.ts';
import { operator } from './operator.ts';

export const restoreAccount = endpoint({
  ...operator,
  path: '/operator/restoreAccount',
  command: 'account restore',
  effect: 'write',
  summary: 'Bring back an account that was deleted within the last 30 days',
  request: {
    account_id: parameter(field.id, 'account_id_invalid', {
      rule: ID_RULE,
      alias: 'accountID',
    }),
    server: parameter(field.server(50), 'server_invalid', { rule: 'the name of a server' }),
  },
  answer: z.object({
    account_id: z.int(),
    server: z.string(),
    account_name: z.string(),
    account_status: z.literal([0, 1]),
  }),
  reasons: ['server_not_found', 'account_not_deleted'],
});
