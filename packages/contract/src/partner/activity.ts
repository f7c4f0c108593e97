/** The group `online`: what happened, newest first, and who is inside an account now. */
import { z } from 'zod';
import { endpoint, parameter } from '../endpoint.ts';
import { partnerActivityKinds } from '../events.ts';
import * as field from '../fields.ts';
import { everyMember } from '../members.ts';
import { role } from '../people.ts';
import { accountId, server, serverOrMain } from './parameters.ts';

const PAGING = 'paging_invalid';

const activityEntry = z.object({
  event_id: z.int(),
  type: z.string(),
  timestamp: z.string().describe('RFC 3339, UTC.'),
  account_id: z.int().nullable(),
  server: z.string().nullable(),
  account_name: z.string().nullable().describe("The account's, as it was then."),
  subject: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe('What else it is about: an agent, a credential, a person; its name as it is now.'),
  changes: z
    .record(z.string(), z.unknown())
    .describe('What changed, each value `from` and `to`. Empty once the account is erased.'),
  status_reason: z.string().nullable(),
  actor: z.object({
    kind: z.enum(['credential', 'person', 'agent', 'operator', 'system']),
    id: z.string(),
    name: z.string().describe('Its name as it is now; `""` where there is none.'),
  }),
  address: z.string().nullable().describe("Of a partner's own program or person, from where."),
  request_id: z.string().nullable(),
});

const time = (about: string) =>
  parameter(field.whole(0, 99_999_999_999), PAGING, {
    rule: 'Unix time in seconds',
    about,
    optional: true,
  });

export const getActivity = endpoint({
  method: 'GET',
  path: '/api/online/getActivity',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'Look back at what happened, newest first',
  description:
    'For people who look something up. A program that must miss nothing reads `getEvents`. What is narrowed looks at 5,000 events a page, so a page may be short, or empty, with more to follow: `next_cursor` says so.',
  request: {
    cursor: parameter(z.string().regex(/^[1-9][0-9]{0,15}$/), PAGING, {
      rule: 'the next_cursor of an answer before',
      optional: true,
    }),
    limit: parameter(field.whole(1, 200), PAGING, {
      rule: 'an integer from 1 to 200',
      about: 'How many events one answer has at most; 50 when it is not said.',
      example: 50,
      optional: true,
    }),
    account_id: { ...accountId, optional: true as const },
    server: serverOrMain(50),
    actor: parameter(z.string().regex(/^[\w-]{1,100}$/), PAGING, {
      rule: 'the id of an actor',
      about: "A credential's client id or a person's id; with `account_id` also an agent's number.",
      optional: true,
    }),
    kind: parameter(z.enum(partnerActivityKinds), PAGING, {
      rule: `one of ${partnerActivityKinds.join(', ')}`,
      example: 'account',
      optional: true,
    }),
    after: time('Not what happened before this.'),
    before: time('Only what happened before this.'),
  },
  answer: z.object({
    list: z.array(activityEntry),
    next_cursor: z.string().optional().describe('Absent on the last page.'),
  }),
  exampleAnswer: {
    list: [
      {
        event_id: 1042,
        type: 'account.suspended',
        timestamp: '2026-11-23T14:02:07.123Z',
        account_id: 8,
        server: 'online',
        account_name: 'My Account',
        subject: null,
        changes: { account_status: { from: 1, to: 0 } },
        status_reason: 'unpaid',
        actor: { kind: 'credential', id: 'swb_ci_3f9k2m', name: 'Billing' },
        address: '203.0.113.9',
        request_id: 'billing-run-17',
      },
    ],
  },
  reasons: ['server_not_found', 'account_not_found'],
});

export const getSignedIn = endpoint({
  method: 'GET',
  path: '/api/online/getSignedIn',
  surface: 'partner',
  roles: everyMember,
  effect: 'read',
  summary: 'See who is signed in to an account now',
  request: { account_id: accountId, server },
  answer: z.object({
    people: z.int(),
    list: z.array(
      z.object({
        agent_id: z.int(),
        display_name: z.string(),
        role,
        sessions: z.int(),
        by_link: z.boolean().describe('By a login link alone.'),
        since: z.int().describe('Unix time in seconds: the earliest of those sessions.'),
      }),
    ),
  }),
  exampleAnswer: {
    people: 1,
    list: [
      {
        agent_id: 1,
        display_name: 'Dana',
        role: 'administrator',
        sessions: 2,
        by_link: false,
        since: 1795442527,
      },
    ],
  },
  reasons: ['server_not_found', 'account_not_found'],
});
