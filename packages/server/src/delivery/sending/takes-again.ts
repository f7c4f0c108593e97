/** An address took what somebody sent it by hand: its trouble and its pause are over. */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { type Recorder, record } from '../../events/event.ts';
import type { Webhook } from '../webhook.ts';
import { makeDue } from './release-waiting.ts';

/** Changes nothing when the partner has another address by now. */
export async function takesAgain(
  db: Db,
  ctx: Recorder,
  { partner_id, url }: Webhook,
): Promise<void> {
  const [before] = await db.query<{ was_paused: boolean; was_over: boolean }>(sql`
    update webhooks w
    set paused_at = null, failures = 0, failing_since = null, probes = null,
        open_at = '-infinity', last_success_at = now()
    from (select partner_id, paused_at is not null as was_paused,
                 probes is not null or paused_at is not null as was_over
          from webhooks where partner_id = ${partner_id} for no key update) before
    where w.partner_id = before.partner_id and w.url = ${url}
    returning before.was_paused, before.was_over`);
  if (!before?.was_over) return;
  await makeDue(db, partner_id);
  await recordResumed(db, ctx, partner_id, before.was_paused);
}

/** A pause, or trouble, is over by somebody's doing. */
export const recordResumed = (
  db: Db,
  ctx: Recorder,
  partnerId: number,
  wasPaused: boolean,
): Promise<void> =>
  record(db, ctx, {
    type: 'webhook.resumed',
    partnerId,
    ...(wasPaused && { changes: { state: { from: 'paused', to: 'active' } } }),
  });
