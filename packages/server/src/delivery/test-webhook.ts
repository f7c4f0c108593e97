/** Sends an event of its own to the address, now and once. */
import { Refusal } from '@switchboard/contract';
import type { Operation } from '../operation.ts';

export const testWebhook: Operation<'testWebhook'> = async () => {
  throw new Refusal('unavailable', { retryAfterSeconds: 60 });
};
