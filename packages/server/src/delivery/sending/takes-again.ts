/** An address took what somebody sent it by hand: its trouble and its pause are over. */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import type { Webhook } from '../webhook.ts';
import { makeDue } from './release-waiting.ts';

/** Changes nothing when the partner has another address by now. */
export async function takesAgain(db: Db, { partner_id, url }: Webhook): Promise<void> {
  const over = await db.query<{ was_over: boolean }>(sql`
    update webhooks w
    set paused_at = null, failures = 0, failing_since = null, probes = null,
        open_at = '-infinity', last_success_at = now()
    from (select partner_id, probes is not null or paused_at is not null as was_over
          from webhooks where partner_id = ${partner_id} for no key update) before
    where w.partner_id = before.partner_id and w.url = ${url}
    returning before.was_over`);
  if (over[0]?.was_over) await makeDue(db, partner_id);
}
