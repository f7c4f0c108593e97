/** Sets the partner's one address, or clears it. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { makeDue } from './sending/release-waiting.ts';
import { holdIfSet, newSecret, sealSecret, type WebhookKeys, webhookToWire } from './webhook.ts';

export const setWebhook: Operation<'setWebhook'> = async ({ url }, ctx) =>
  ctx.write(async (db) => {
    const { partnerId, webhookKeys } = ctx;
    const secret = url === '' ? undefined : await addWebhook(db, partnerId, webhookKeys);
    const before = await holdIfSet(db, partnerId);
    if (!before || before.url === url) return webhookToWire(before);
    await changeAddress(db, partnerId, url);
    await makeDue(db, partnerId);
    await record(db, ctx, {
      type: 'webhook.updated',
      partnerId,
      changes: { url: { from: originOf(before.url), to: originOf(url) } },
    });
    return { ...webhookToWire({ url, paused_at: null }), ...(secret && { secret }) };
  });

/** Without an address yet; its secret, if there was no webhook. */
async function addWebhook(
  db: Db,
  partnerId: number,
  keys: WebhookKeys,
): Promise<string | undefined> {
  const secret = newSecret();
  const added = await db.query(sql`
    insert into webhooks (partner_id, url, secret)
    values (${partnerId}, '', ${sealSecret(keys, partnerId, secret)})
    on conflict do nothing
    returning partner_id`);
  return added.length > 0 ? secret : undefined;
}

/** Nothing of the address before counts against it; what happened while there was none is past. */
async function changeAddress(db: Db, partnerId: number, url: string): Promise<void> {
  await db.query(sql`
    update webhooks
    set url = ${url},
        since = case when url = '' then pg_current_snapshot() else since end,
        paused_at = null, failures = 0, failing_since = null, last_success_at = null,
        probes = null, open_at = '-infinity'
    where partner_id = ${partnerId}`);
}

/** Path and query may hold secrets. */
const originOf = (url: string): string | null => (url === '' ? null : new URL(url).origin);
