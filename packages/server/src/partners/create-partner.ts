import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { findPartner } from './partner.ts';

export const createPartner: Operation<'createPartner'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const [row] = await db.query<{ partner_id: number }>(sql`
      insert into partners (name, support_name, support_url, support_email)
      values (${input.name}, ${input.support_name ?? ''}, ${input.support_url ?? ''},
              ${input.support_email ?? ''})
      returning partner_id`);
    const partner = row && (await findPartner(db, row.partner_id));
    if (!partner) throw new Error('a partner vanished within a transaction');
    await record(db, ctx, {
      type: 'partner.created',
      partnerId: partner.partner,
      changes: Object.fromEntries(
        Object.entries(input).map(([name, value]) => [name, { from: null, to: value }]),
      ),
    });
    return partner;
  });
