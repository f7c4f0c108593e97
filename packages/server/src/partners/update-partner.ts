import sql from 'sql-template-tag';
import { type Changes, record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { loadPartner } from './partner.ts';

const FIELDS = ['name', 'support_name', 'support_url', 'support_email'] as const;

export const updatePartner: Operation<'updatePartner'> = async (input, ctx) =>
  ctx.write(async (db) => {
    await db.query(sql`
      select from partners where partner_id = ${input.partner} for no key update`);
    const before = await loadPartner(db, ctx, input.partner);
    await db.query(sql`
      update partners
      set name = coalesce(${input.name ?? null}, name),
          support_name = coalesce(${input.support_name ?? null}, support_name),
          support_url = coalesce(${input.support_url ?? null}, support_url),
          support_email = coalesce(${input.support_email ?? null}, support_email)
      where partner_id = ${input.partner}`);
    const after = await loadPartner(db, ctx, input.partner);
    const changes: Changes = {};
    for (const field of FIELDS)
      if (before[field] !== after[field])
        changes[field] = { from: before[field], to: after[field] };
    if (Object.keys(changes).length > 0)
      await record(db, ctx, { type: 'partner.updated', partnerId: input.partner, changes });
    return after;
  });
