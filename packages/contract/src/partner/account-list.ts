/** The group `online`: the list of accounts. */
import { z } from 'zod';
import { builderCheck, exampleBuilderCheck } from '../builder-check.ts';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { LIST_CURSOR_LIMIT } from '../limits.ts';
import { everyMember } from '../members.ts';
import { held } from './held.ts';
import { serverOrMain } from './parameters.ts';

/** One row of getAccounts; note the source family's own types. */
export const accountListed = z.object({
  create_time: z.int().describe('Unix time in seconds.'),
  account_name: z.string(),
  account_id: z.string().describe('Here a string, as the original has it.'),
  server: z.string(),
  account_status: z.enum(['active', 'suspended']),
  reference: z.string(),
  builder_url: z.string(),
  revision: z.int(),
  held: held.optional(),
  builder_check: builderCheck.optional(),
  agents: z
    .int()
    .describe(
      'How many agents there are, those who wait included; getAccount says how many there may be.',
    ),
  last_entered: z
    .int()
    .nullable()
    .describe(
      'When somebody last came in, by password or by link: Unix time in seconds, to the hour. Null: never.',
    ),
  status_changed: z
    .int()
    .describe('Since when it is `active` or `suspended`: Unix time in seconds.'),
  changed: z
    .int()
    .describe(
      'When name, status or builder last changed, or it was made or restored: Unix time in seconds.',
    ),
});

const PAGING = 'paging_invalid';

const sorts = [
  ...(['id', 'name', 'changed', 'created'] as const),
  ...(['-id', '-name', '-changed', '-created'] as const),
] as const;

// PostgreSQL and Date know the time of each.
const unixSeconds = field.whole(0, 9_999_999_999);
const SECONDS_RULE = 'a Unix time in seconds';

export const getAccounts = endpoint({
  method: 'GET',
  path: '/api/online/getAccounts',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'List your accounts, by server, then number',
  description:
    'Everything by default; with `limit`, `cursor` or another `sort`, page by page (1,000 unless `limit` says). Go on with the `next_cursor` of the page before and the same sort and filter. By number or time of making, every account that is there all the while comes once, whatever changes meanwhile; by name or time of change, every one that keeps its place. Whoever wants to hear of every change reads `getEvents`.',
  request: {
    limit: parameter(field.whole(1, 1000), PAGING, {
      rule: 'an integer from 1 to 1000',
      example: 100,
      optional: true,
    }),
    cursor: parameter(
      z
        .string()
        .max(LIST_CURSOR_LIMIT)
        .regex(/^[\w.-]+$/),
      PAGING,
      {
        rule: 'the next_cursor of the page before',
        about: 'Belongs to the sort and filter of that page. Opaque.',
        optional: true,
      },
    ),
    q: parameter(field.text(100), PAGING, {
      rule: "part of a name, a reference or an administrator's address, or an exact account number",
      about:
        'In any script, whatever its case. What may be an account number is not looked for in addresses.',
      example: 'Account',
      optional: true,
    }),
    server: serverOrMain(50),
    account_status: parameter(
      z.union([
        field.digit(0, 1),
        z.enum(['active', 'suspended']).transform((word) => (word === 'active' ? 1 : 0)),
      ]),
      PAGING,
      { rule: '0, 1, active or suspended', example: 'active', optional: true },
    ),
    builder: parameter(z.enum(['with', 'without', 'failing']), PAGING, {
      rule: 'with, without or failing',
      about: 'Whether there is a Workflow Builder link, or how the builder was found last.',
      example: 'with',
      optional: true,
    }),
    held: parameter(field.digit(0, 1), PAGING, {
      rule: '0 or 1',
      about: 'Whether the operator holds them off.',
      example: 0,
      optional: true,
    }),
    entered: parameter(z.literal('never'), PAGING, {
      rule: 'never',
      about: 'Accounts that nobody has come into yet.',
      optional: true,
    }),
    changed_after: parameter(unixSeconds, PAGING, {
      rule: SECONDS_RULE,
      about: 'Accounts that changed later than the beginning of that second.',
      example: 1795442527,
      optional: true,
    }),
    off_before: parameter(unixSeconds, PAGING, {
      rule: SECONDS_RULE,
      about: 'Accounts that are off, and were switched off before then.',
      optional: true,
    }),
    sort: parameter(z.enum(sorts), PAGING, {
      rule: `one of ${sorts.join(', ')}`,
      about:
        'What the list is sorted by; `-` before it: downwards. `id` is server, then number, and settles what is equal otherwise; `name` goes by the alphabet.',
      example: 'id',
      optional: true,
    }),
  },
  answer: z.object({
    totalOnline: z.int().describe('All that match, on this page or not.'),
    list: z.array(accountListed),
    next_cursor: z.string().optional().describe('Absent on the last page.'),
  }),
  exampleAnswer: {
    totalOnline: 1,
    list: [
      {
        create_time: 1795442527,
        account_name: 'My Account',
        account_id: '8',
        server: 'online',
        account_status: 'active',
        reference: 'CRM4711',
        builder_url: 'https://builder.example.com/login',
        revision: 2,
        builder_check: exampleBuilderCheck,
        agents: 3,
        last_entered: 1795449600,
        status_changed: 1795442527,
        changed: 1795446000,
      },
    ],
  },
  reasons: ['server_not_found'],
});
