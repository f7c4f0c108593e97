/** The group `settings`: what was sent to a partner's address, what waits, and once more. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import { webhookEventTypes } from '../events.ts';
import * as field from '../fields.ts';
import { changers, everyMember } from '../members.ts';
import { ID_RULE, serverOrMain } from './parameters.ts';
import { tryAnswer } from './webhook.ts';

/** Of a list; the newest of those that a delivery had. */
export const MOST_ATTEMPTS = 50;
/** What one call makes due. */
export const MOST_RESENT = 10_000;

const time = z.iso.datetime();
const PAGING = 'paging_invalid';
const MOST_EVENT_ID = Number.MAX_SAFE_INTEGER;

const deliveryId = parameter(field.whole(1, MOST_EVENT_ID), 'delivery_id_invalid', {
  rule: 'the delivery_id of a delivery',
  example: 1042,
});

const attempt = z.object({ at: time.describe('When the try began.'), ...tryAnswer });

const delivery = z.object({
  delivery_id: z.int(),
  event_id: z.int().describe('The same number: a delivery is its event on its way.'),
  type: z.enum(webhookEventTypes),
  account_id: z.int(),
  server: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.array(attempt).describe(`In their order; of more than ${MOST_ATTEMPTS} the latest.`),
  next_attempt_at: time
    .nullable()
    .describe(
      'The earliest time of the next try. Null where none is to come: delivered, failed, behind another of the same account, or the address is paused or cleared.',
    ),
  create_time: z.int().describe('Unix time in seconds.'),
});

const exampleDelivery = {
  delivery_id: 1042,
  event_id: 1042,
  type: 'account.suspended',
  account_id: 8,
  server: 'online',
  state: 'waiting',
  attempts: [
    { at: '2026-11-23T14:02:07.140Z', outcome: 'status_500', http_status: 500, milliseconds: 87 },
  ],
  next_attempt_at: '2026-11-23T14:07:07.227Z',
  create_time: 1795442527,
} as const;

export const getDeliveries = endpoint({
  method: 'GET',
  path: '/api/settings/getDeliveries',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'List your deliveries, the newest first',
  description:
    'Deliveries are kept for 30 days. A page may have fewer entries than `limit`, or none, where few match: go on while there is a `next_cursor`.',
  request: {
    limit: parameter(field.whole(1, 200), PAGING, {
      rule: 'an integer from 1 to 200 (default 50)',
      example: 50,
      optional: true,
    }),
    cursor: parameter(field.deliveryCursor, PAGING, {
      rule: 'the next_cursor of the page before',
      optional: true,
    }),
    state: parameter(z.enum(['waiting', 'delivered', 'failed']), PAGING, {
      rule: 'waiting, delivered or failed',
      example: 'failed',
      optional: true,
    }),
    account_id: parameter(field.id, 'account_id_invalid', {
      rule: ID_RULE,
      about: 'Only those of this account; without `server` it is one of the main server.',
      example: 8,
      alias: 'accountID',
      optional: true,
    }),
    server: serverOrMain(50),
    event_id: parameter(field.whole(1, MOST_EVENT_ID), PAGING, {
      rule: 'the event_id of an event',
      optional: true,
    }),
  },
  answer: z.object({
    list: z.array(delivery),
    next_cursor: z.string().optional().describe('Absent on the last page.'),
  }),
  exampleAnswer: { list: [exampleDelivery] },
  reasons: ['server_not_found', 'account_not_found'],
});

export const getDelivery = endpoint({
  method: 'GET',
  path: '/api/settings/getDelivery',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'Get one delivery, with what was sent and what was answered',
  request: { delivery_id: deliveryId },
  answer: delivery.extend({
    attempts: z
      .array(
        attempt.extend({
          answer: z.string().nullable().describe('The first KiB of what the address answered.'),
        }),
      )
      .describe(`In their order; of more than ${MOST_ATTEMPTS} the latest.`),
    payload: z.record(z.string(), z.unknown()).describe('The body that is sent.'),
  }),
  exampleAnswer: {
    ...exampleDelivery,
    attempts: [{ ...exampleDelivery.attempts[0], answer: 'Internal Server Error' }],
    payload: {
      type: 'account.suspended',
      timestamp: '2026-11-23T14:02:07.123Z',
      data: {
        event_id: 1042,
        account_id: 8,
        server: 'online',
        reference: 'A17',
        account_name: 'My Account',
        changes: { account_status: { from: 1, to: 0 } },
        status_reason: 'unpaid',
        actor: { kind: 'credential', id: 'swb_ci_8fKq2LmZx0Tt' },
        revision: 3,
      },
    },
  },
  reasons: ['delivery_not_found'],
});

export const resendDelivery = endpoint({
  method: 'POST',
  path: '/api/settings/resendDelivery',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  summary: 'Send one delivery now, whatever its state',
  description:
    'Once, outside the order of its account: compare `revision`. When the address takes it, the delivery is `delivered`.',
  request: { delivery_id: deliveryId },
  answer: z.object(tryAnswer),
  exampleAnswer: { outcome: 'delivered', http_status: 204, milliseconds: 87 },
  reasons: ['access_token_invalid', 'delivery_not_found', 'webhook_not_set', 'delivery_running'],
});

export const resendDeliveries = endpoint({
  method: 'POST',
  path: '/api/settings/resendDeliveries',
  surface: 'partner',
  roles: changers,
  effect: 'write',
  summary: 'Let deliveries that failed wait again, from a time on',
  description: `They are tried as if for the first time, the events of each account in their order. One call takes ${MOST_RESENT} at most, the oldest first: repeat it while \`due\` is that many.`,
  request: {
    since: parameter(field.whole(0, 99_999_999_999), PAGING, {
      rule: 'Unix time in seconds',
      about: 'Deliveries that were made before it stay as they are.',
      example: 1795442527,
    }),
    state: parameter(z.literal('failed'), PAGING, {
      rule: 'failed (default)',
      example: 'failed',
      optional: true,
    }),
  },
  answer: z.object({ due: z.int().describe('How many wait again by this call.') }),
  exampleAnswer: { due: 12 },
  reasons: ['access_token_invalid', 'webhook_not_set'],
});
