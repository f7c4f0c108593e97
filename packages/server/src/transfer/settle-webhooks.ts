/** What an import brought of webhooks: a copy must not send to real receivers by itself. */
import { webhookEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/**
 * Owes what the export overtook, and pauses every address unless they are to be resumed.
 *
 * @param at when the export was made
 */
export async function settleWebhooks(db: Db, at: Date, resume: boolean): Promise<void> {
  await oweDeliveries(db, at);
  if (!resume)
    await db.query(sql`
      update webhooks set paused_at = now() where url <> '' and paused_at is null`);
}

/**
 * An event may be in the export before its delivery was made: how far those had come is a snapshot
 * of the other cluster. Nothing waits for an hour; whatever has its delivery gets no second one.
 */
async function oweDeliveries(db: Db, at: Date): Promise<void> {
  await db.query(sql`
    select create_deliveries(array(
      select e.event_id
      from events e
      where e.at > ${at}::timestamptz - interval '1 hour'
        and e.type = any (${webhookEventTypes})
        -- Nor what happened while there was no address.
        and not exists (
          select from events s
          where s.partner_id = e.partner_id and s.event_id > e.event_id
            and s.type = 'webhook.updated' and s.changes #>> '{url,from}' is null)
    ), ${webhookEventTypes}, true)`);
}
