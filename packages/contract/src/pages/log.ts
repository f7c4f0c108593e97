/** Who did what in an account. */
import { z } from 'zod';
import { activityKinds } from '../events.ts';
import * as field from '../fields.ts';
import { accountId, pageCall } from '../page-call.ts';
import { role } from '../people.ts';

/** Who did something in the log, as the workspace may know it. */
const logActor = z.object({
  kind: z.enum(['agent', 'partner', 'operator', 'system']),
  /** An agent's name, the partner's support name, or `""`. */
  name: z.string(),
  /** An agent's, as it was then. */
  role: role.nullable(),
});

/** Newest first; `next` is the `before` of the page that follows. */
const activityLog = z.object({
  entries: z.array(
    z.object({
      id: z.int(),
      at: z.iso.datetime(),
      type: z.string(),
      actor: logActor,
      /** The agent that it is about, where it is about one. */
      agent: z.string().nullable(),
      changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
    }),
  ),
  /** Also of a page that is short, or empty: so far was looked, and no further. */
  next: z.int().nullable(),
});
export type ActivityLog = z.output<typeof activityLog>;

/** An agent's number, or the partner: what they did, and what was done about them. */
const person = z.union([z.literal('partner'), z.string().regex(/^[1-9][0-9]{0,6}$/)]);

const logQuery = z.strictObject({
  before: field.whole(1, Number.MAX_SAFE_INTEGER).optional(),
  limit: field.whole(1, 100).optional(),
  person: person.optional(),
  kind: z.enum(activityKinds).optional(),
});

/** Agents, those who left last, and the partner. */
const activityPeople = z.object({
  people: z.array(z.object({ person, name: z.string(), has_left: z.boolean() })),
});
export type ActivityPeople = z.output<typeof activityPeople>;

export const logCalls = {
  listActivity: pageCall({
    method: 'GET',
    path: '/api/workspace/:account_id/log',
    enters: 'account',
    params: { account_id: accountId },
    query: logQuery,
    answer: activityLog,
    failures: [],
  }),
  /** Whom the log can be narrowed to. */
  listActivityPeople: pageCall({
    method: 'GET',
    path: '/api/workspace/:account_id/log/people',
    enters: 'account',
    params: { account_id: accountId },
    answer: activityPeople,
    failures: [],
  }),
} as const;
