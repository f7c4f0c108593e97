/** The group `online`: the feed of what happened. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import { type EventType, feedEventTypes } from '../events.ts';
import * as field from '../fields.ts';
import { FEED_CURSOR_LIMIT } from '../limits.ts';
import { everyMember } from '../members.ts';
import { quotedName } from '../quoted-name.ts';
import { nearestName } from '../request.ts';
import { accountId, serverOrMain } from './parameters.ts';

const PAGING = 'paging_invalid';

/** One event, in the one shape of all of them: what it does not have is null. */
const eventListed = z.object({
  event_id: z.int().describe('Also the `event_id` of its delivery to a webhook.'),
  type: z.enum(feedEventTypes),
  timestamp: z.string().describe('RFC 3339, UTC.'),
  account_id: z.int().nullable(),
  server: z.string().nullable(),
  reference: z.string().nullable().describe("The account's, as it was then."),
  subject: z
    .string()
    .nullable()
    .describe(
      "Whom or what it is about: a member's `person_id`, a credential's `client_id`, an agent's number.",
    ),
  changes: z
    .record(z.string(), z.unknown())
    .describe('What changed, each value `from` and `to`. Empty once the account is erased.'),
  status_reason: z.string().nullable(),
  actor: z
    .object({
      kind: z.enum(['credential', 'person', 'agent', 'operator', 'system']),
      id: z.string(),
    })
    .describe('Who did it: of a credential its client id, of an agent its number.'),
  agent: z
    .object({ id: z.int(), role: z.string(), display_name: z.string() })
    .nullable()
    .describe('Whom an event of an agent is about, as it was then.'),
  request_id: z.string().nullable(),
});

/** Types with commas between them. */
const types = z
  .string()
  .meta({ minLength: 1, maxLength: 1000 })
  .transform((raw, check): EventType[] => {
    const names = raw.length > 1000 ? [] : raw.split(',').map((name) => name.trim());
    const unknown = names.find((name) => !isTold(name));
    const problem =
      names.length === 0
        ? 'has more than 1000 characters'
        : unknown === undefined
          ? undefined
          : `names ${quotedName(unknown)}, and the type most like it is ${nearestName(unknown, feedEventTypes)}`;
    if (problem) check.issues.push({ code: 'custom', message: problem, input: raw });
    return [...new Set(names.filter(isTold))];
  });

const isTold = (name: string): name is EventType =>
  (feedEventTypes as readonly string[]).includes(name);

export const getEvents = endpoint({
  method: 'GET',
  path: '/api/online/getEvents',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'Read on in the feed of what happened',
  description:
    'Ask without a `cursor` for the events from the beginning, and then over and over with the `next_cursor` of the answer before: every event comes once, those of an account in their order, and none behind a cursor that you have. Store the cursor with what you did about the events. With `wait` an answer without events is held back until there is one, so that asking again at once is enough. The list may be empty though there is more to come: what is narrowed looks at a part of the log at a time.',
  request: {
    cursor: parameter(
      z
        .string()
        .max(FEED_CURSOR_LIMIT)
        .regex(/^[0-9a-z.-]+$/),
      PAGING,
      {
        rule: 'the next_cursor of an answer before',
        about: 'Where to read on; without it from the beginning. Opaque.',
        optional: true,
      },
    ),
    limit: parameter(field.whole(1, 1000), PAGING, {
      rule: 'an integer from 1 to 1000',
      about: 'How many events one answer has at most; 100 when it is not said.',
      example: 100,
      optional: true,
    }),
    account_id: { ...accountId, optional: true as const },
    server: serverOrMain(50),
    type: parameter(types, PAGING, {
      rule: 'types of events with commas between them',
      about: `Of \`${feedEventTypes.join('`, `')}\`.`,
      example: 'account.suspended,account.resumed',
      optional: true,
    }),
    wait: parameter(field.whole(0, 25), PAGING, {
      rule: 'an integer from 0 to 25',
      about: 'How many seconds an answer without events is held back until there is one.',
      example: 0,
      optional: true,
    }),
  },
  answer: z.object({
    list: z.array(eventListed),
    next_cursor: z.string().describe('Always there: where to read on.'),
  }),
  exampleAnswer: {
    list: [
      {
        event_id: 1042,
        type: 'account.suspended',
        timestamp: '2026-11-23T14:02:07.123Z',
        account_id: 8,
        server: 'online',
        reference: 'CRM4711',
        subject: null,
        changes: { account_status: { from: 1, to: 0 } },
        status_reason: 'unpaid',
        actor: { kind: 'credential', id: 'swb_ci_3f9k2m' },
        agent: null,
        request_id: 'billing-run-17',
      },
    ],
    next_cursor: '1.8d0f2c1e7b6a4f5d9c3b2a1908f7e6d5.lfls.0.0',
  },
  reasons: ['server_not_found', 'account_not_found', 'rate_limited'],
});
