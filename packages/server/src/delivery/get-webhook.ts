/** The address that the partner's events are sent to. */
import type { Operation } from '../operation.ts';
import { findWebhook, webhookToWire } from './webhook.ts';

export const getWebhook: Operation<'getWebhook'> = async (_, ctx) =>
  webhookToWire(await ctx.read((db) => findWebhook(db, ctx.partnerId)));
