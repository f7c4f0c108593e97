/** What the operator calls, through the operator's own listener. */
import { z } from 'zod';
import { endpoint, parameter } from './endpoint.ts';
import * as field from './fields.ts';

const name = parameter(field.text(100), 'name_invalid', { rule: 'text of 1 to 100 characters' });
const partner = parameter(field.whole(1, 2_000_000_000), 'partner_invalid', {
  rule: 'the number of a partner',
});
const clientId = parameter(z.string().regex(/^[\w-]{1,100}$/), 'client_id_invalid', {
  rule: 'a client id (swb_ci_…)',
});
const support = (schema: z.ZodType<string, string>, rule: string) =>
  parameter(schema, 'support_invalid', { rule: `${rule}, or "" to clear it`, optional: true });
const supportContact = {
  support_name: support(field.text(100, { empty: true }), 'text of at most 100 characters'),
  support_url: support(field.link(200), 'an absolute URL'),
  support_email: support(z.union([z.literal(''), field.email(100)]), 'an e-mail address'),
};

const serverAnswer = z.object({ server: z.string(), main: z.boolean(), create_time: z.int() });
const partnerAnswer = z.object({
  partner: z.int(),
  name: z.string(),
  state: z.enum(['active', 'suspended']),
  accounts: z.int(),
  support_name: z.string(),
  support_url: z.string(),
  support_email: z.string(),
  create_time: z.int(),
});
const credentialAnswer = z.object({
  client_id: z.string(),
  partner: z.int(),
  label: z.string(),
  mode: z.enum(['strict', 'original']),
  create_time: z.int(),
  last_used_time: z.int().nullable(),
  state: z.enum(['active', 'revoked']),
});

const operator = { method: 'POST', surface: 'operator' } as const;

export const createServer = endpoint({
  ...operator,
  path: '/operator/createServer',
  command: 'server create',
  effect: 'write',
  summary: 'Register a server (a subdomain); the first one is the main server',
  request: {
    server: parameter(field.server(30), 'server_invalid', {
      rule: 'a DNS label of at most 30 characters',
    }),
  },
  answer: serverAnswer,
  reasons: ['server_exists'],
});

export const listServers = endpoint({
  ...operator,
  path: '/operator/listServers',
  command: 'server list',
  effect: 'read',
  summary: 'List the servers',
  request: {},
  answer: z.object({ list: z.array(serverAnswer) }),
  reasons: [],
});

export const createPartner = endpoint({
  ...operator,
  path: '/operator/createPartner',
  command: 'partner create',
  effect: 'write',
  summary: 'Register a partner',
  request: { name, ...supportContact },
  answer: partnerAnswer,
  reasons: [],
});

export const updatePartner = endpoint({
  ...operator,
  path: '/operator/updatePartner',
  command: 'partner update',
  effect: 'write',
  summary: "Change a partner's name or support contact",
  request: { partner, name: { ...name, optional: true as const }, ...supportContact },
  answer: partnerAnswer,
  reasons: ['partner_not_found'],
});

export const listPartners = endpoint({
  ...operator,
  path: '/operator/listPartners',
  command: 'partner list',
  effect: 'read',
  summary: 'List the partners',
  request: {},
  answer: z.object({ list: z.array(partnerAnswer) }),
  reasons: [],
});

export const suspendPartner = endpoint({
  ...operator,
  path: '/operator/suspendPartner',
  command: 'partner suspend',
  effect: 'write',
  summary: "Cut a partner's people and tokens; its customers' accounts go on",
  request: { partner },
  answer: partnerAnswer,
  reasons: ['partner_not_found'],
});

export const resumePartner = endpoint({
  ...operator,
  path: '/operator/resumePartner',
  command: 'partner resume',
  effect: 'write',
  summary: 'Let a suspended partner in again; it needs new tokens',
  request: { partner },
  answer: partnerAnswer,
  reasons: ['partner_not_found'],
});

export const createCredential = endpoint({
  ...operator,
  path: '/operator/createCredential',
  command: 'credential create',
  effect: 'write',
  summary: 'Make an API credential; its secret is shown this once',
  request: {
    partner,
    mode: parameter(z.enum(['strict', 'original']), 'mode_invalid', {
      rule: 'strict or original',
      optional: true,
    }),
    label: parameter(field.text(100), 'label_invalid', {
      rule: 'text of 1 to 100 characters',
      optional: true,
    }),
  },
  answer: credentialAnswer.extend({ client_secret: z.string() }),
  reasons: ['partner_not_found'],
});

export const rotateCredential = endpoint({
  ...operator,
  path: '/operator/rotateCredential',
  command: 'credential rotate',
  effect: 'write',
  summary: 'Make a new secret; the old one works on for the overlap',
  request: {
    client_id: clientId,
    overlap_hours: parameter(field.whole(0, 720), 'overlap_invalid', {
      rule: 'an integer from 0 to 720 (default 24)',
      optional: true,
    }),
  },
  answer: credentialAnswer.extend({
    client_secret: z.string(),
    old_secret_expires: z.int().describe('Unix time in seconds.'),
  }),
  reasons: ['credential_not_found'],
});

export const revokeCredential = endpoint({
  ...operator,
  path: '/operator/revokeCredential',
  command: 'credential revoke',
  effect: 'write',
  summary: 'Revoke a credential; its tokens die before this returns',
  request: { client_id: clientId },
  answer: credentialAnswer,
  reasons: ['credential_not_found'],
});

export const listCredentials = endpoint({
  ...operator,
  path: '/operator/listCredentials',
  command: 'credential list',
  effect: 'read',
  summary: 'List API credentials, never their secrets',
  request: { partner: { ...partner, optional: true as const } },
  answer: z.object({ list: z.array(credentialAnswer) }),
  reasons: ['partner_not_found'],
});

export const restoreAccount = endpoint({
  ...operator,
  path: '/operator/restoreAccount',
  command: 'account restore',
  effect: 'write',
  summary: 'Bring back an account that was deleted within the last 30 days',
  request: {
    account_id: parameter(field.id, 'account_id_invalid', {
      rule: 'an integer from 1 to 9999999',
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
