/** Housekeeping: deliveries are kept for 30 days, whatever became of them. */
import sql from 'sql-template-tag';
import type { Database, Db, TransactionOptions } from '../database/database.ts';
import { DELIVERY_DAYS } from './sending/ladder.ts';

// Few enough that no lane is held for long.
const AT_ONCE = 2_000;

/** Removes them batch by batch, and the lanes of accounts where nothing happens any more. */
export async function sweepDeliveries(
  database: Database,
  patience: TransactionOptions,
): Promise<void> {
  let removed: number;
  do removed = await database.write(removeOldest, patience);
  while (removed === AT_ONCE);
  await database.write((db) => db.query(IDLE_LANES), patience);
}

// What is under way stays for the next time: its outcome is still to be recorded.
const REMOVABLE = sql`
  d.created_at < now() - ${DELIVERY_DAYS} * interval '1 day'
  and coalesce(d.resending_until <= now(), true)
  and not exists (
    select from delivery_lanes l
    where l.server = d.server and l.account_id = d.account_id
      and l.lease is not null and l.due_at > now())`;

async function removeOldest(db: Db): Promise<number> {
  const old = await db.query<{ event_id: number }>(sql`
    select event_id from deliveries d where ${REMOVABLE} limit ${AT_ONCE}`);
  const ids = old.map(({ event_id }) => event_id);
  await db.query(sql`
    select from delivery_lanes
    where (server, account_id) in (
      select server, account_id from deliveries where event_id = any (${ids}))
    order by server, account_id
    for no key update`);
  const [row] = await db.query<{ removed: number }>(sql`
    with gone as (
      delete from deliveries d
      where d.event_id = any (${ids}) and ${REMOVABLE}
      returning d.event_id, d.server, d.account_id, d.state
    ),
    -- By no foreign key: that is a look at a delivery for each of its tries.
    forgotten as (
      delete from delivery_attempts t using gone where t.event_id = gone.event_id
    ),
    fewer as (
      select server, account_id, count(*) as waited
      from gone
      where state = 'waiting'
      group by server, account_id
    ),
    settled as (
      update delivery_lanes l
      set waiting = greatest(l.waiting - f.waited, 0),
          due_at = case when l.waiting > f.waited then l.due_at end
      from fewer f
      where l.server = f.server and l.account_id = f.account_id
    )
    select count(*) as removed from gone`);
  return row?.removed ?? 0;
}

// Whoever makes a delivery makes its lane as well; one that somebody holds is not idle.
const IDLE_LANES = sql`
  with idle as materialized (
    select l.server, l.account_id
    from delivery_lanes l
    where l.due_at is null and l.waiting = 0
      and not exists (
        select from events e
        where e.server = l.server and e.account_id = l.account_id
          and e.at > now() - ${DELIVERY_DAYS} * interval '1 day')
    for update skip locked
  )
  delete from delivery_lanes l
  using idle
  where l.server = idle.server and l.account_id = idle.account_id`;
