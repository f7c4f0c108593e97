/** The group `online`: a new account. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { changers } from '../members.ts';
import { serverOrMain } from './parameters.ts';

export const createAccount = endpoint({
  method: 'POST',
  path: '/api/online/createAccount',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  idempotent: true,
  tellsAllErrors: true,
  summary: 'Create an account with its first administrator',
  description:
    'The administrator is agent number 1 and can log in at once. Naming a person who exists already changes nothing of theirs and answers the same. A refusal lists in `errors` everything that is wrong with the request, so that it can be mended at once.',
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
      about:
        "What the account's pages and log call this agent until they first come in; from then on as they call themselves. `getAgents` goes on answering it as `agent_name`.",
      example: 'Ada Lovelace',
    }),
    admin_displayName: parameter(field.text(50), 'admin_display_name_invalid', {
      rule: 'text of 1 to 50 characters',
      about:
        "Kept for what customers will see beside this agent's words; the pages do not show it.",
      example: 'Ada',
    }),
    admin_password: parameter(field.password, 'admin_password_invalid', {
      rule: '6 to 50 characters with an upper-case letter, a lower-case letter and a punctuation mark',
      example: 'Correct-Horse-1',
    }),
    admin_2fa: parameter(field.digit(0, 1), 'admin_2fa_invalid', {
      rule: '0 (none) or 1 (codes by e-mail)',
      example: 1,
      optional: true,
      explain: (value) =>
        value === 2 || value === '2' ? 'is 2, but this installation has no SMS gateway' : undefined,
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
