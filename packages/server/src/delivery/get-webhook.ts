/** The address that the partner's events are sent to, and what signs them now. */
import type { Operation } from '../operation.ts';
import { findWebhook, KEY_GONE, unsealSecrets, webhookToWire } from './webhook.ts';

export const getWebhook: Operation<'getWebhook'> = async (_, ctx) =>
  webhookToWire(await ctx.read((db) => findWebhook(db, ctx.partnerId)));

export const getWebhookSecret: Operation<'getWebhookSecret'> = async (_, ctx) => {
  const webhook = await ctx.read((db) => findWebhook(db, ctx.partnerId));
  if (!webhook) throw ctx.refusal('webhook_not_set');
  const { secret, previous } = unsealSecrets(ctx.webhookKeys, webhook);
  if (secret === undefined) throw ctx.refusal('webhook_not_set', { message: KEY_GONE });
  return {
    secret,
    ...(previous !== undefined && {
      previous_secret: previous,
      previous_until: webhook.previous_until?.toISOString(),
    }),
  };
};
