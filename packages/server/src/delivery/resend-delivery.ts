/** Sends one delivery now, outside the order. */
import { Refusal } from '@switchboard/contract';
import type { Operation } from '../operation.ts';

export const resendDelivery: Operation<'resendDelivery'> = async () => {
  throw new Refusal('unavailable', { retryAfterSeconds: 60 });
};
