/** What the operator calls: accounts that are switched off and kept off. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { suspended } from '../partner/accounts.ts';
import { HELD_REASON_LIMIT, held } from '../partner/held.ts';
import { account } from './account.ts';
import { operator, partner } from './operator.ts';

const accountAnswer = z.object({
  partner: z.int(),
  account_id: z.int(),
  server: z.string(),
  account_name: z.string(),
  account_status: z.literal([0, 1]),
  revision: z.int(),
});

export const holdAccount = endpoint({
  ...operator,
  path: '/operator/holdAccount',
  command: 'account hold',
  effect: 'write',
  summary: 'Switch an account off and keep it off, whatever its partner does',
  description:
    'Cuts as `account_status` 0 does, before it returns. The partner is told the reason, the people of the account are not. An account that is held already gets the new reason; the time since when it is held stays.',
  request: {
    ...account,
    reason: parameter(field.text(HELD_REASON_LIMIT), 'hold_reason_invalid', {
      rule: `text of 1 to ${HELD_REASON_LIMIT} characters, which the partner is shown`,
      example: 'abuse',
    }),
  },
  answer: accountAnswer.extend({ held, suspended: suspended.optional() }),
  reasons: ['server_not_found', 'account_not_found'],
});

export const releaseAccount = endpoint({
  ...operator,
  path: '/operator/releaseAccount',
  command: 'account release',
  effect: 'write',
  summary: 'End a hold; the account stays off until somebody switches it on',
  request: account,
  answer: accountAnswer,
  reasons: ['server_not_found', 'account_not_found'],
});

export const listHeldAccounts = endpoint({
  ...operator,
  path: '/operator/listHeldAccounts',
  command: 'account held',
  effect: 'read',
  summary: 'List the accounts that are held, by server, then number',
  request: { partner: { ...partner, optional: true as const } },
  answer: z.object({
    list: z.array(
      z.object({
        partner: z.int(),
        server: z.string(),
        account_id: z.int(),
        account_name: z.string(),
        reason: z.string(),
        state: z
          .enum(['off', 'deleted'])
          .describe('A deleted account is held when it is restored.'),
        held_time: z.int(),
      }),
    ),
  }),
  reasons: ['partner_not_found'],
});
