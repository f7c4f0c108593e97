/** An address takes again: everything that waits for it is due at once, each account's in order. */
import sql from 'sql-template-tag';
import type { Database, Db } from '../../database/database.ts';

/** @throws DatabaseUnavailable */
export async function releaseWaiting(database: Database, partnerId: number): Promise<void> {
  await database.write((db) => makeDue(db, partnerId));
}

/** Within a change of the webhook, which is held before any lane. */
export async function makeDue(db: Db, partnerId: number): Promise<void> {
  await db.query(sql`
    with resting as (
      select server, account_id
      from delivery_lanes
      where partner_id = ${partnerId} and due_at > now() and lease is null
      order by server, account_id
      for no key update
    )
    update delivery_lanes l
    set due_at = now()
    from resting r
    where l.server = r.server and l.account_id = r.account_id`);
}

/** Nothing is sent to it for a minute. */
export async function restAddress(db: Db, partnerId: number): Promise<void> {
  await db.query(sql`
    update webhooks
    set open_at = greatest(open_at, now() + interval '1 minute')
    where partner_id = ${partnerId}`);
}
