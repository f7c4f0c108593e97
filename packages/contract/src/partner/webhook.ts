/** The group `settings`: the address that a partner's events are sent to, and what signs them. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import * as field from '../fields.ts';
import { administrators, everyMember } from '../members.ts';

const time = z.iso.datetime();

const state = z
  .enum(['active', 'paused'])
  .describe('`paused`: the address took nothing for 24 hours, or an import brought it.');

const webhookAnswer = z.object({
  url: z.string().describe('`""` when none is set.'),
  state,
  paused_since: time.optional().describe('Only while paused.'),
});

const secret = z.string().describe('`whsec_…`, as Standard Webhooks libraries take it.');
const exampleSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** What became of one try. */
export const tryAnswer = {
  outcome: z
    .string()
    .describe(
      '`delivered`, or what went wrong: `timeout`, `connection_refused`, `dns`, `bad_tls`, `private_address`, `redirect`, `status_500` (the number), `reset`, `too_large`.',
    ),
  http_status: z.int().nullable().describe('Null when there was no answer.'),
  milliseconds: z.int(),
};

export const setWebhook = endpoint({
  method: 'POST',
  path: '/api/settings/setWebhook',
  surface: 'partner',
  roles: administrators,
  effect: 'write',
  idempotent: true,
  keptWithout: { fields: ['secret'], from: 'getWebhookSecret' },
  summary: 'Set the address that your events are sent to',
  description:
    'One address per partner. What happens from then on is sent there; `""` clears the address, and what waits then is kept until one is set again. Another address begins with a clean sheet: it is not paused, and what waits is due at once. The address that is set already changes nothing; `resumeWebhook` ends a pause.',
  request: {
    url: parameter(field.link(512), 'url_invalid', {
      rule: 'an absolute http:// or https:// URL of at most 512 characters, without user or password, or "" to clear it',
      example: 'https://crm.example.com/switchboard',
    }),
  },
  answer: webhookAnswer.extend({
    secret: secret
      .optional()
      .describe(
        'What deliveries are signed with; only in the answer that sets your first address. Later ones keep it: `getWebhookSecret`.',
      ),
  }),
  exampleAnswer: {
    url: 'https://crm.example.com/switchboard',
    state: 'active',
    secret: exampleSecret,
  },
  reasons: ['access_token_invalid'],
});

export const getWebhook = endpoint({
  method: 'GET',
  path: '/api/settings/getWebhook',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'Get the address that your events are sent to',
  request: {},
  answer: webhookAnswer,
  exampleAnswer: {
    url: 'https://crm.example.com/switchboard',
    state: 'paused',
    paused_since: '2026-11-23T14:02:07.123Z',
  },
  reasons: [],
});

export const getWebhookSecret = endpoint({
  method: 'GET',
  path: '/api/settings/getWebhookSecret',
  surface: 'partner',
  roles: administrators,
  asksPassword: true,
  effect: 'read',
  summary: 'Get the secret that deliveries are signed with',
  description:
    'There is one from your first `setWebhook` on. During the overlap of a rotation deliveries are signed with both.',
  request: {},
  answer: z.object({
    secret,
    previous_secret: z.string().optional().describe('Only during an overlap.'),
    previous_until: time.optional().describe('When the overlap ends.'),
  }),
  exampleAnswer: { secret: exampleSecret },
  reasons: ['webhook_not_set'],
});

export const rotateWebhookSecret = endpoint({
  method: 'POST',
  path: '/api/settings/rotateWebhookSecret',
  surface: 'partner',
  roles: administrators,
  asksPassword: true,
  effect: 'write',
  summary: 'Make a new secret; the old one signs beside it for the overlap',
  description:
    'Give your receiver the new secret within the overlap: until it ends each delivery carries a signature of both. A rotation within an overlap ends the oldest secret at once.',
  request: {
    overlap_hours: parameter(field.whole(0, 72), 'webhook_overlap_invalid', {
      rule: 'an integer from 0 to 72 (default 24)',
      optional: true,
    }),
  },
  answer: z.object({ secret }),
  exampleAnswer: { secret: exampleSecret },
  reasons: ['access_token_invalid', 'webhook_not_set'],
});

export const testWebhook = endpoint({
  method: 'POST',
  path: '/api/settings/testWebhook',
  surface: 'partner',
  roles: administrators,
  effect: 'write',
  summary: 'Send an event of the type webhook.test to your address now, once',
  description:
    'Answers what became of it. When the address takes it, a pause ends and everything that waits is due at once.',
  request: {},
  answer: z.object(tryAnswer),
  exampleAnswer: { outcome: 'status_500', http_status: 500, milliseconds: 87 },
  reasons: ['access_token_invalid', 'webhook_not_set'],
});

export const resumeWebhook = endpoint({
  method: 'POST',
  path: '/api/settings/resumeWebhook',
  surface: 'partner',
  roles: administrators,
  effect: 'write',
  summary: 'Send again to an address that is paused or in trouble',
  description: 'Everything that waits is due at once, the events of each account in their order.',
  request: {},
  answer: z.object({ state, waiting: z.int().describe('Deliveries that wait.') }),
  exampleAnswer: { state: 'active', waiting: 12 },
  reasons: ['access_token_invalid', 'webhook_not_set'],
});
