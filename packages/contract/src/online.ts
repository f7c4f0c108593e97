/** The group `online`: accounts. */
import { z } from 'zod';
import { endpoint, parameter } from './endpoint.ts';
import * as field from './fields.ts';

const ID_RULE = 'an integer from 1 to 9999999';
const SERVER_RULE = 'the subdomain that hosts the account: letters, digits and hyphens';

const accountId = parameter(field.id, 'account_id_invalid', {
  rule: ID_RULE,
  example: 8,
  alias: 'accountID',
});
const accountIdCamel = parameter(field.id, 'account_id_invalid', {
  rule: ID_RULE,
  example: 8,
  alias: 'account_id',
});
const server = parameter(field.server(50), 'server_invalid', {
  rule: SERVER_RULE,
  example: 'online',
});
const serverOrMain = (max: number) =>
  parameter(field.server(max), 'server_invalid', {
    rule: SERVER_RULE,
    example: 'online',
    optional: true,
  });

/** The three settings, as updateAccount and getAccount answer them. */
const accountSettings = {
  account_id: z.int(),
  server: z.string(),
  account_name: z.string(),
  account_status: z.literal([0, 1]).describe('0 off, 1 on.'),
  builder_url: z.string().describe('`""` when none is set.'),
  revision: z.int().describe('Counts the changes of the three settings.'),
};

const exampleSettings = {
  account_id: 8,
  server: 'online',
  account_name: 'My Account',
  account_status: 1,
  builder_url: 'https://builder.example.com/login',
  revision: 2,
} as const;

const suspended = z
  .object({
    sessions_ended: z.int().describe('Live sessions that could enter the account and now cannot.'),
    login_links_voided: z.int().describe('Unused, unexpired login links.'),
    at: z.iso.datetime(),
  })
  .describe('Present when this very call switched the account off.');

export const updateAccount = endpoint({
  method: 'POST',
  path: '/api/online/updateAccount',
  surface: 'partner',
  effect: 'write',
  idempotent: true,
  revisioned: true,
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
  slips: { status: { instead: 'account_status', reason: 'account_status_invalid' } },
  answer: z.object({ ...accountSettings, suspended: suspended.optional() }),
  exampleAnswer: {
    ...exampleSettings,
    account_status: 0,
    revision: 3,
    suspended: { sessions_ended: 3, login_links_voided: 1, at: '2026-11-23T14:02:07.123Z' },
  },
  reasons: ['access_token_invalid', 'server_not_found', 'account_not_found', 'revision_mismatch'],
});

export const createAccount = endpoint({
  method: 'POST',
  path: '/api/online/createAccount',
  surface: 'partner',
  effect: 'write',
  idempotent: true,
  summary: 'Create an account with its first administrator',
  description:
    'The administrator is agent number 1 and can log in at once. Naming a person who exists already changes nothing of theirs and answers the same.',
  request: {
    account_name: parameter(field.text(100), 'account_name_invalid', {
      rule: 'text of 1 to 100 characters',
      example: 'My Account',
    }),
    agents: parameter(field.whole(1, 9999), 'agents_invalid', {
      rule: 'the seat limit, an integer from 1 to 9999',
      example: 10,
    }),
    inboxes: parameter(field.whole(1, 999), 'inboxes_invalid', {
      rule: 'the inbox limit, an integer from 1 to 999',
      example: 3,
    }),
    admin_email: parameter(field.email(50), 'admin_email_invalid', {
      rule: 'an e-mail address of at most 50 characters',
      example: 'ada@example.com',
    }),
    admin_name: parameter(field.text(50), 'admin_name_invalid', {
      rule: 'text of 1 to 50 characters',
      example: 'Ada Lovelace',
    }),
    admin_displayName: parameter(field.text(50), 'admin_display_name_invalid', {
      rule: 'text of 1 to 50 characters',
      example: 'Ada',
    }),
    admin_password: parameter(field.password, 'admin_password_invalid', {
      rule: '6 to 50 characters with an upper-case letter, a lower-case letter and a punctuation mark',
      example: 'Correct-Horse-1',
    }),
    admin_2fa: parameter(field.digit(0, 1, 2), 'admin_2fa_invalid', {
      rule: '0 (none) or 1 (codes by e-mail)',
      example: 1,
      optional: true,
      check: (value) =>
        value === 2 ? 'is 2, but this installation has no SMS gateway' : undefined,
    }),
    admin_2fa_value: parameter(z.string().max(50), 'admin_2fa_value_invalid', {
      rule: 'the e-mail address that gets the codes when admin_2fa is 1',
      example: 'ada@example.com',
      optional: true,
      check: (value, before) => {
        if (before.admin_2fa !== 1) return undefined;
        if (!value) return 'is missing';
        return field.email(50).safeParse(value).success ? undefined : 'is not an e-mail address';
      },
    }),
    server: serverOrMain(30),
    reference: parameter(field.reference, 'reference_invalid', {
      rule: 'at most 50 ASCII letters and digits, or "" for none',
      example: 'CRM4711',
      optional: true,
    }),
  },
  answer: z.object({
    account_id: z.int(),
    server: z.string(),
    account_name: z.string(),
    account_status: z.literal([0, 1]),
    agent_id: z.int(),
    reference: z.string(),
    revision: z.int().describe('Counts the changes of the three settings; also the `ETag`.'),
  }),
  exampleAnswer: {
    account_id: 8,
    server: 'online',
    account_name: 'My Account',
    account_status: 1,
    agent_id: 1,
    reference: 'CRM4711',
    revision: 1,
  },
  reasons: ['server_not_found', 'server_full'],
});

export const getAccount = endpoint({
  method: 'GET',
  path: '/api/online/getAccount',
  surface: 'partner',
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
  }),
  exampleAnswer: {
    ...exampleSettings,
    create_time: 1795442527,
    agents: 10,
    inboxes: 3,
    reference: 'CRM4711',
  },
  reasons: ['server_not_found', 'account_not_found'],
});

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
});

const PAGING = 'paging_invalid';

export const getAccounts = endpoint({
  method: 'GET',
  path: '/api/online/getAccounts',
  surface: 'partner',
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
      },
    ],
  },
  reasons: ['server_not_found'],
});

export const deleteAccount = endpoint({
  method: 'DELETE',
  path: '/api/online/deleteAccount',
  surface: 'partner',
  effect: 'write',
  revisioned: true,
  summary: 'Delete an account',
  description:
    'Cuts like `account_status` 0; the account disappears from every call. The operator can restore it for 30 days, then it is erased. Parameters in a JSON body or in the query.',
  request: { accountID: accountIdCamel, server: serverOrMain(50) },
  answer: z.object({ accountID: z.int(), server: z.string() }),
  exampleAnswer: { accountID: 8, server: 'online' },
  reasons: ['server_not_found', 'account_not_found', 'revision_mismatch'],
});

const agentId = parameter(field.id, 'agent_id_invalid', { rule: ID_RULE, example: 1 });

export const getAgents = endpoint({
  method: 'POST',
  path: '/api/online/getAgents',
  surface: 'partner',
  effect: 'read',
  summary: "List an account's agents",
  description:
    'By number. Of an agent whose membership still waits for consent nothing is told but what the membership itself holds.',
  request: { accountID: accountIdCamel, server: serverOrMain(50) },
  answer: z.object({
    accountID: z.int(),
    server: z.string(),
    totalagents: z.int(),
    totalAgents: z
      .int()
      .describe('The same number: the pages of the original disagree on the name.'),
    list: z.array(
      z.object({
        id: z.int(),
        create_time: z.int().describe('Unix time in seconds.'),
        email: z.string(),
        agent_name: z.string(),
        role: z.enum(['administrator', 'agent']),
        state: z
          .enum(['open', 'waiting'])
          .describe('`waiting`: named, but has not agreed to be here; `loginAgent` refuses.'),
        two_factor_type: z.enum(['sms', 'email', 'totp']).nullable(),
        two_factor_phone: z.string().nullable(),
        two_factor_email: z.string().nullable(),
      }),
    ),
  }),
  exampleAnswer: {
    accountID: 8,
    server: 'online',
    totalagents: 1,
    totalAgents: 1,
    list: [
      {
        id: 1,
        create_time: 1795442527,
        email: 'ada@example.com',
        agent_name: 'Ada Lovelace',
        role: 'administrator',
        state: 'open',
        two_factor_type: 'email',
        two_factor_phone: null,
        two_factor_email: 'ada@example.com',
      },
    ],
  },
  reasons: ['server_not_found', 'account_not_found'],
});

export const loginAgent = endpoint({
  method: 'POST',
  path: '/api/online/loginAgent',
  surface: 'partner',
  effect: 'write',
  summary: 'Get a link that logs an agent in, once, within 5 minutes',
  description:
    'The link opens that one account, in a tab or in a frame of an origin that the operator allows, without password or second factor. It is used up by the page it opens, not by fetching it. Whoever has it can use it: send it to nobody, open it.',
  request: { accountID: accountIdCamel, agentID: agentId, server },
  answer: z.object({
    accountID: z.int(),
    agentID: z.int(),
    server: z.string(),
    login: z.string().describe("A URL on the account's server."),
  }),
  exampleAnswer: {
    accountID: 8,
    agentID: 1,
    server: 'online',
    login:
      'https://online.example.com/login-link/swb_ll_4Yq8bT2mXwV7cR1nKp0sLd9fGh3jQe6uZa5tBxMyNo',
  },
  reasons: [
    'access_token_invalid',
    'server_not_found',
    'account_not_found',
    'account_suspended',
    'agent_not_found',
  ],
});
