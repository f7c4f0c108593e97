/** The group `online`: the list of accounts. */
import { z } from 'zod';
import { builderCheck, exampleBuilderCheck } from '../builder-check.ts';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
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
});

const PAGING = 'paging_invalid';

export const getAccounts = endpoint({
  method: 'GET',
  path: '/api/online/getAccounts',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'List your accounts, by server, then number',
  description: 'Everything by default; with `limit`, page by page.',
  request: {
    limit: parameter(field.whole(1, 1000), PAGING, {
      rule: 'an integer from 1 to 1000',
      example: 100,
      optional: true,
    }),
    cursor: parameter(field.cursor, PAGING, {
      rule: 'the next_cursor of the page before',
      optional: true,
    }),
    q: parameter(field.text(100), PAGING, {
      rule: 'part of a name or reference, or an exact account number',
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
      },
    ],
  },
  reasons: ['server_not_found'],
});
