/** The group `online`: one account, read, changed and deleted. */
import { z } from 'zod';
import { builderCheck, exampleBuilderCheck } from '../builder-check.ts';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { MOST_ID } from '../limits.ts';
import { changers, everyMember } from '../members.ts';
import { held } from './held.ts';
import { accountId, accountIdCamel, server, serverOrMain } from './parameters.ts';

/** The three settings, as updateAccount and getAccount answer them. */
export const accountSettings = {
  account_id: z.int(),
  server: z.string(),
  account_name: z.string(),
  account_status: z.literal([0, 1]).describe('0 off, 1 on.'),
  builder_url: z.string().describe('`""` when none is set.'),
  revision: z.int().describe('Counts the changes of the three settings.'),
  held: held.optional(),
};

export const exampleSettings = {
  account_id: 8,
  server: 'online',
  account_name: 'My Account',
  account_status: 1,
  builder_url: 'https://builder.example.com/login',
  revision: 2,
} as const;

export const suspended = z
  .object({
    people: z.int().describe('How many people those sessions were of, each counted once.'),
    sessions_ended: z.int().describe('Live sessions that could enter the account and now cannot.'),
    login_links_voided: z.int().describe('Unused, unexpired login links.'),
    at: z.iso.datetime(),
  })
  .describe('Present when this very call switched the account off.');

export const updateAccount = endpoint({
  method: 'POST',
  path: '/api/online/updateAccount',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  idempotent: true,
  revisioned: true,
  confirmsToken: true,
  summary: 'Rename an account, switch it on or off, set its Workflow Builder link',
  description:
    'Only what is sent changes; the settings change together or not at all. With none of the optional parameters the call is a read. `account_status` 0 takes effect before the answer is sent: no one can log in, and every session inside the account is refused.',
  request: {
    account_id: accountId,
    server,
    account_name: parameter(field.text(100), 'account_name_invalid', {
      rule: 'text of 1 to 100 characters',
      example: 'My Account',
      optional: true,
    }),
    account_status: parameter(field.digit(0, 1), 'account_status_invalid', {
      rule: '0 (off) or 1 (on)',
      example: 0,
      optional: true,
    }),
    status_reason: parameter(field.text(256), 'account_status_invalid', {
      rule: 'text of 1 to 256 characters, sent together with account_status',
      example: 'Invoice 2026-114 unpaid',
      optional: true,
      check: (value, before) =>
        value !== undefined && before.account_status === undefined
          ? 'came without account_status'
          : undefined,
    }),
    builder_url: parameter(field.link(150), 'builder_url_invalid', {
      rule: 'an absolute https:// URL of at most 150 characters, or "" to clear it',
      example: 'https://builder.example.com/login',
      optional: true,
    }),
  },
  exampleRequests: {
    read: {
      summary: 'Read: nothing is changed',
      value: { account_id: 8, server: 'online' },
    },
    switchOff: {
      summary: 'Switch off',
      value: {
        account_id: 8,
        server: 'online',
        account_status: 0,
        status_reason: 'Invoice 2026-114 unpaid',
      },
    },
    switchOn: {
      summary: 'Switch on',
      value: { account_id: 8, server: 'online', account_status: 1 },
    },
    rename: {
      summary: 'Rename, and set the Workflow Builder link',
      value: {
        account_id: 8,
        server: 'online',
        account_name: 'My Account',
        builder_url: 'https://builder.example.com/login',
      },
    },
  },
  slips: { status: { instead: 'account_status', reason: 'account_status_invalid' } },
  answer: z.object({ ...accountSettings, suspended: suspended.optional() }),
  exampleAnswer: {
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
  reasons: [
    'access_token_invalid',
    'server_not_found',
    'account_not_found',
    'revision_mismatch',
    'account_held',
  ],
});

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/online/getAccount',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  revisioned: true,
  summary: 'Get one account',
  request: { account_id: accountId, server },
  answer: z.object({
    ...accountSettings,
    create_time: z.int().describe('Unix time in seconds.'),
    agents: z.int().describe('The seat limit.'),
    inboxes: z.int().describe('The inbox limit.'),
    reference: z.string(),
    builder_check: builderCheck.optional(),
  }),
  exampleAnswer: {
    ...exampleSettings,
    create_time: 1795442527,
    agents: 10,
    inboxes: 3,
    reference: 'CRM4711',
    builder_check: exampleBuilderCheck,
  },
  reasons: ['server_not_found', 'account_not_found'],
});

export const deleteAccount = endpoint({
  method: 'DELETE',
  path: '/api/online/deleteAccount',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  revisioned: true,
  summary: 'Delete an account',
  description:
    'Cuts like `account_status` 0; the account disappears from every call. The operator can restore it for 30 days, then it is erased. Parameters in a JSON body or in the query.',
  request: { accountID: accountIdCamel, server: serverOrMain(50) },
  exampleRequests: {
    none: {
      summary: 'A number that no account has yet',
      value: { accountID: MOST_ID, server: 'online' },
    },
  },
  answer: z.object({ accountID: z.int(), server: z.string() }),
  exampleAnswer: { accountID: 8, server: 'online' },
  reasons: ['server_not_found', 'account_not_found', 'revision_mismatch'],
});
