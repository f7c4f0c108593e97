/** One delivery, with what was sent and what was answered. */
import sql from 'sql-template-tag';
import type { Operation } from '../operation.ts';
import { DELIVERY_COLUMNS, DELIVERY_JOINS, type DeliveryRow, deliveryToWire } from './delivery.ts';
import { payloadOf, TOLD_COLUMNS, type ToldEvent } from './payload.ts';

export const getDelivery: Operation<'getDelivery'> = async ({ delivery_id }, ctx) => {
  const [found] = await ctx.read((db) =>
    db.query<DeliveryRow & ToldEvent>(sql`
      select ${TOLD_COLUMNS}, ${DELIVERY_COLUMNS}
      from deliveries d ${DELIVERY_JOINS}
      where d.event_id = ${delivery_id} and d.partner_id = ${ctx.partnerId}`),
  );
  if (!found) throw ctx.refusal('delivery_not_found');
  return { ...deliveryToWire(found), payload: JSON.parse(payloadOf(found)) };
};
