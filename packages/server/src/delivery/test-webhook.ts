/** Sends an event of its own to the address, now and once. */
import { randomUUID } from 'node:crypto';
import type { Operation } from '../operation.ts';
import { pushedToWire } from './sending/push.ts';
import { takesAgain } from './sending/takes-again.ts';
import { requireAddress, secretsToSign } from './webhook.ts';

export const testWebhook: Operation<'testWebhook'> = async (_, ctx) => {
  const webhook = await ctx.read((db) => requireAddress(db, ctx));
  const timestamp = new Date().toISOString();
  const pushed = await ctx.pushNow({
    url: webhook.url,
    secrets: secretsToSign(webhook, ctx),
    id: `test_${randomUUID()}`,
    body: JSON.stringify({ type: 'webhook.test', timestamp, data: {} }),
  });
  if (pushed.outcome === 'delivered') await ctx.write((db) => takesAgain(db, ctx, webhook));
  return pushedToWire(pushed);
};
