/** What failed waits again, as if it had never been tried. */
import { MOST_RESENT } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Operation } from '../operation.ts';
import { holdAddress } from './webhook.ts';

export const resendDeliveries: Operation<'resendDeliveries'> = async ({ since }, ctx) =>
  ctx.write(async (db) => {
    await holdAddress(db, ctx);
    const failed = await listFailed(db, ctx.partnerId, since);
    await holdLanes(db, ctx.partnerId, failed);
    return { due: await makeWait(db, failed) };
  });

/** The oldest first: of an account none stays behind a later one. */
async function listFailed(db: Db, partnerId: number, since: number): Promise<number[]> {
  const rows = await db.query<{ event_id: number }>(sql`
    select event_id
    from deliveries
    where partner_id = ${partnerId} and state = 'failed' and created_at >= to_timestamp(${since})
    order by event_id
    limit ${MOST_RESENT}`);
  return rows.map(({ event_id }) => event_id);
}

/** Lanes before deliveries, in their order, as everybody who holds several. */
async function holdLanes(db: Db, partnerId: number, eventIds: number[]): Promise<void> {
  const lanes = sql`
    select distinct server, account_id from deliveries where event_id = any (${eventIds})`;
  await db.query(sql`
    insert into delivery_lanes (server, account_id, partner_id, waiting)
    select server, account_id, ${partnerId}, 0 from (${lanes}) lane
    order by server, account_id
    on conflict do nothing`);
  await db.query(sql`
    select from delivery_lanes
    where (server, account_id) in (${lanes})
    order by server, account_id
    for no key update`);
}

/** Whatever was delivered by somebody's wish or removed meanwhile does not. */
async function makeWait(db: Db, eventIds: number[]): Promise<number> {
  const [row] = await db.query<{ due: number }>(sql`
    with again as (
      update deliveries
      set state = 'waiting', tries = 0, first_failed_at = null
      where event_id = any (${eventIds}) and state = 'failed'
      returning server, account_id, event_id
    ),
    lanes as (
      select server, account_id, count(*) as more, min(event_id) as first
      from again
      group by server, account_id
    ),
    queued as (
      update delivery_lanes l
      set waiting = l.waiting + lanes.more,
          -- One under way is not disturbed, nor is the rest of one that waits before these.
          due_at = case
            when l.due_at is null then now()
            when l.lease is null and not exists (
              select from deliveries before
              where before.server = l.server and before.account_id = l.account_id
                and before.state = 'waiting' and before.event_id < lanes.first) then now()
            else l.due_at end
      from lanes
      where l.server = lanes.server and l.account_id = lanes.account_id
    )
    select count(*) as due from again`);
  return row?.due ?? 0;
}
