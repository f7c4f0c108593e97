/** The group `online`: many accounts changed at once, or what that would do. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { MANY_BODY_LIMIT, MOST_CHANGES } from '../limits.ts';
import { changers } from '../members.ts';
import { accountChange, listOfChanges, listProblem, namedTwice } from './account-change.ts';
import { accountSettings, exampleSettings, suspended } from './accounts.ts';

const setting = <S extends z.ZodType>(schema: S) =>
  z.object({ from: schema, to: schema }).optional();

const wouldChange = z
  .object({
    account_name: setting(accountSettings.account_name),
    account_status: setting(z.literal([0, 1])),
    builder_url: setting(z.string()),
  })
  .describe('Of a dry run: the settings that would change, empty when none would.');

const wouldEnd = z
  .object({
    people: z.int().describe('Who would be signed out of the account, each counted once.'),
    sessions: z.int().describe('Their sessions.'),
    login_links: z.int().describe('Unused, unexpired login links.'),
  })
  .describe('Of a dry run: what the change would cut.');

/** One account's answer: what updateAccount would answer, a refusal too. */
const answered = z.object({
  status: z.enum(['OK', 'FAIL']),
  reason: z.int().describe('1, or the number of the reason why this change is refused.'),
  code: z.string().optional().describe('Of a refusal: the name of its reason.'),
  message: z.string().optional().describe('Of a refusal: what is wrong and what would be right.'),
  parameter: z.string().optional().describe('Of a refusal: the parameter at fault, if it is one.'),
  ...z.object(accountSettings).partial().shape,
  suspended: suspended.optional(),
  changes: wouldChange.optional(),
  would_end: wouldEnd.optional(),
  ignored: z
    .array(z.string())
    .optional()
    .describe('In mode `original`: the parameters that `updateAccount` does not know.'),
});

export const updateAccounts = endpoint({
  method: 'POST',
  path: '/api/online/updateAccounts',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  refusesKey: true,
  bodyLimit: MANY_BODY_LIMIT,
  costs: { list: 'changes', each: 10 },
  summary: 'Change many accounts at once, or see first what that would do',
  description: `Each of up to ${MOST_CHANGES} changes is judged and made by itself, with the rules of \`updateAccount\`, and answered by itself in \`list\`, in the order sent: one that is refused stops no other, and the call answers OK. It is not one transaction. A refusal for a stale \`revision\` (41) carries the current one.

With \`dry_run: 1\` nothing is changed and nothing recorded: each answer holds the account as it is, in \`changes\` what would change, and in \`would_end\` whom it would sign out.

The body may have 2 MiB. The call costs the rate limit one request for every 10 changes begun: one at its beginning, the others once it has arrived, as debt. It is never refused for its size.`,
  request: {
    changes: parameter(listOfChanges, 'changes_invalid', {
      rule: `a list of 1 to ${MOST_CHANGES} objects with the parameters of updateAccount, each account once`,
      example: [{ account_id: 8, server: 'online', account_status: 0 }],
      explain: listProblem,
      check: (changes) => changes && namedTwice(changes),
      each: { most: MOST_CHANGES, ...accountChange },
    }),
    dry_run: parameter(field.digit(0, 1), 'dry_run_invalid', {
      rule: '0, or 1 to change nothing and be told what would change',
      example: 1,
      optional: true,
    }),
  },
  exampleRequests: {
    dryRun: {
      summary: 'See what would change: nothing is',
      value: {
        changes: [
          { account_id: 8, server: 'online', account_status: 0, status_reason: 'Unpaid' },
          { account_id: 9, server: 'online', account_name: 'My Account' },
        ],
        dry_run: 1,
      },
    },
    switchOff: {
      summary: 'Switch off, each unless it has changed since it was read',
      value: {
        changes: [
          { account_id: 8, server: 'online', account_status: 0, revision: 2 },
          { account_id: 9, server: 'online', account_status: 0, revision: 5 },
        ],
      },
    },
  },
  answer: z.object({
    done: z.int().describe('How many changes were made, or were so already.'),
    refused: z.int().describe('How many were refused.'),
    people: z
      .int()
      .optional()
      .describe('Of a dry run: who would be signed out of any of the accounts, each counted once.'),
    list: z.array(answered),
  }),
  exampleAnswer: {
    done: 1,
    refused: 1,
    list: [
      {
        status: 'OK',
        reason: 1,
        ...exampleSettings,
        account_status: 0,
        revision: 3,
        suspended: {
          people: 2,
          sessions_ended: 3,
          login_links_voided: 1,
          at: '2026-11-23T14:02:07.123Z',
        },
      },
      {
        status: 'FAIL',
        reason: 33,
        code: 'account_not_found',
        message: 'You have no such account on that server; check account_id and server.',
      },
    ],
  },
  reasons: ['access_token_invalid'],
});
