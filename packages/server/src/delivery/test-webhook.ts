/** Sends an event of its own to the address, now and once. */
import type { Operation } from '../operation.ts';

export const testWebhook: Operation<'testWebhook'> = async (_, ctx) => {
  throw ctx.refusal('webhook_not_set');
};
