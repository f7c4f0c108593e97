/** Who did what in an account. */
import { z } from 'zod';
import * as field from '../fields.ts';
import { accountId, pageCall } from '../page-call.ts';

/** Who did something in the log, as the workspace may know it. */
const logActor = z.object({
  kind: z.enum(['agent', 'partner', 'operator', 'system']),
  /** An agent's display name, the partner's support name, or `""`. */
  name: z.string(),
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
  next: z.int().nullable(),
});
export type ActivityLog = z.output<typeof activityLog>;

const logQuery = z.strictObject({
  before: field.whole(1, Number.MAX_SAFE_INTEGER).optional(),
  limit: field.whole(1, 100).optional(),
});

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
} as const;
