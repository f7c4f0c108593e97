/** The webhooks section of the OpenAPI document: what an address is sent, and what it may answer. */
import { type PushType, pushes, pushTypes } from '../push.ts';
import { jsonSchema } from './schema.ts';

/** @param version of the program, which `user-agent` names */
export const webhooks = (version: string) =>
  Object.fromEntries(pushTypes.map((type) => [type, { post: operationOf(type, version) }]));

const operationOf = (type: PushType, version: string) => ({
  operationId: type.replace('.', '_'),
  summary: `${type}: ${lowerFirst(MEANINGS[type])}`,
  description: `${MEANINGS[type]}.${DETAILS[type] ?? ''}`,
  tags: ['webhooks'],
  security: [],
  parameters: parameters(version),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: jsonSchema(pushes[type], 'output'),
        example: exampleOf(type),
      },
    },
  },
  responses,
});

const MEANINGS: Record<PushType, string> = {
  'account.created': 'An account was made',
  'account.updated': 'The name or builder link changed',
  'account.suspended': 'An account was switched off',
  'account.resumed': 'An account was switched on again',
  'account.deleted': 'An account was deleted',
  'account.restored': 'A deleted account came back',
  'account.held': 'The operator holds an account that is off',
  'account.released': 'The operator holds an account no longer',
  'agent.joined': 'Somebody accepted an invitation',
  'agent.removed': 'An agent was removed',
  'webhook.test': 'Sent by testWebhook, about nothing',
};

const DETAILS: Partial<Record<PushType, string>> = {
  'account.updated':
    ' Of an account whose status stayed: a call that also switches it is told as `account.suspended` or `account.resumed`, with all that it changed.',
  'account.suspended':
    ' Nobody could enter it any more before this was sent. With `held` in `changes` the operator did it, and only the operator can end that.',
  'account.restored': ' The operator restored it; whoever was inside has to sign in again.',
  'account.held':
    ' It was off already, or was held for another reason; of an account that was on, a hold is told as `account.suspended`. `changes` has the reason. Switching it on is refused (66) until `account.released`.',
  'account.released': ' It stays off until somebody switches it on.',
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const header = (name: string, description: string, example: string) => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

const parameters = (version: string) => [
  header('webhook-id', 'Names the event, the same on every try: act on each once.', 'evt_1042'),
  header('webhook-timestamp', 'Of this try, in Unix seconds.', '1795442527'),
  header(
    'webhook-signature',
    'HMAC-SHA256 in base64 of `{webhook-id}.{webhook-timestamp}.{body}` under the secret, as `v1,…`; two, with a space between, while two secrets are valid.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
  header('user-agent', 'Switchboard and its version.', `Switchboard/${version}`),
];

const responses = {
  '2XX': { description: 'Any of these, within 5 seconds: delivered. What it says is not used.' },
  '410': {
    description:
      'Nobody listens here any more: only one delivery at a time is tried until one is taken.',
  },
  '429': {
    description: 'Too many: tried again, not before what `Retry-After` says (503 likewise).',
    headers: {
      'Retry-After': {
        description: 'Seconds, or a date; 24 hours at most.',
        schema: { type: 'string' },
        example: '60',
      },
    },
  },
  default: {
    description:
      'Anything else, a redirect or no answer in time: tried again after 5 minutes, 20 minutes, 1 hour, 4 hours and 24 hours.',
  },
};

const told = {
  event_id: 1042,
  account_id: 8,
  server: 'online',
  reference: 'A17',
  account_name: 'My Account',
};
const actor = { kind: 'credential', id: 'swb_ci_2vX8kTq0m4Yb7LsNc1dRfA' };
const theOperator = { kind: 'operator', id: 'operator' };
const agent = { id: 3, role: 'agent', display_name: 'Dana' };

/** What else stands in `data`, by type. */
const EXAMPLES: Record<Exclude<PushType, 'webhook.test'>, object> = {
  'account.created': {
    changes: {
      account_name: { from: null, to: 'My Account' },
      account_status: { from: null, to: 1 },
      agents: { from: null, to: 5 },
      inboxes: { from: null, to: 2 },
      reference: { from: null, to: 'A17' },
    },
    actor,
    revision: 1,
  },
  'account.updated': {
    changes: { account_name: { from: 'My Acount', to: 'My Account' } },
    actor,
    revision: 2,
  },
  'account.suspended': {
    changes: { account_status: { from: 1, to: 0 } },
    status_reason: 'unpaid',
    actor,
    revision: 3,
  },
  'account.resumed': { changes: { account_status: { from: 0, to: 1 } }, actor, revision: 4 },
  'account.deleted': { changes: {}, actor, revision: 4 },
  'account.restored': { changes: {}, actor: theOperator, revision: 4 },
  'account.held': {
    changes: { held: { from: null, to: 'abuse' } },
    actor: theOperator,
    revision: 4,
  },
  'account.released': {
    changes: { held: { from: 'abuse', to: null } },
    actor: theOperator,
    revision: 4,
  },
  'agent.joined': { agent, changes: {}, actor: { kind: 'agent', id: '3' }, revision: 4 },
  'agent.removed': {
    agent,
    changes: {
      name: { from: 'Dana Levi', to: null },
      email: { from: 'dana@example.com', to: null },
      role: { from: 'agent', to: null },
    },
    actor: { kind: 'agent', id: '1' },
    revision: 4,
  },
};

const exampleOf = (type: PushType) => ({
  type,
  timestamp: '2026-11-23T14:02:07.123Z',
  data: type === 'webhook.test' ? {} : { ...told, ...EXAMPLES[type] },
});
