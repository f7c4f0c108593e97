/** A new secret; the one before signs beside it for the overlap. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { holdWebhook, newSecret, sealSecret } from './webhook.ts';

const DEFAULT_OVERLAP_HOURS = 24;

export const rotateWebhookSecret: Operation<'rotateWebhookSecret'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { partnerId, webhookKeys } = ctx;
    await holdWebhook(db, ctx);
    const hours = input.overlap_hours ?? DEFAULT_OVERLAP_HOURS;
    const secret = newSecret();
    const [rotated] = await db.query<{ previous_until: Date | null }>(sql`
      update webhooks
      set secret = ${sealSecret(webhookKeys, partnerId, secret)},
          previous_secret = case when ${hours}::integer > 0 then secret end,
          previous_until =
            case when ${hours}::integer > 0 then now() + ${hours} * interval '1 hour' end
      where partner_id = ${partnerId}
      returning previous_until`);
    const until = rotated?.previous_until?.toISOString() ?? null;
    await record(db, ctx, {
      type: 'webhook.secret_rotated',
      partnerId,
      changes: { previous_until: { from: null, to: until } },
    });
    return { secret };
  });
