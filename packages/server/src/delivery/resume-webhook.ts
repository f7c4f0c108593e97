/** Ends a pause or trouble: what waits is due at once, each account's in order. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Operation } from '../operation.ts';
import { makeDue } from './sending/release-waiting.ts';
import { recordResumed } from './sending/takes-again.ts';
import { holdAddress } from './webhook.ts';

export const resumeWebhook: Operation<'resumeWebhook'> = async (_, ctx) =>
  ctx.write(async (db) => {
    const { partnerId } = ctx;
    const { paused_at, probes } = await holdAddress(db, ctx);
    await db.query(sql`
      update webhooks
      set paused_at = null, failures = 0, failing_since = null, probes = null,
          open_at = '-infinity'
      where partner_id = ${partnerId}`);
    await makeDue(db, partnerId);
    if (paused_at !== null || probes !== null)
      await recordResumed(db, ctx, partnerId, paused_at !== null);
    return { state: 'active', waiting: await countWaiting(db, partnerId) };
  });

async function countWaiting(db: Db, partnerId: number): Promise<number> {
  const [row] = await db.query<{ waiting: number }>(sql`
    select coalesce(sum(waiting), 0)::integer as waiting
    from delivery_lanes
    where partner_id = ${partnerId} and due_at is not null`);
  return row?.waiting ?? 0;
}
