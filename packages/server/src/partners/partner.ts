/** The partner: its row, load-or-refuse and plain reads. */
import type { Refusal } from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { Operation } from '../operation.ts';

export type PartnerRow = {
  partner: number;
  name: string;
  state: 'active' | 'suspended';
  accounts: number;
  support_name: string;
  support_url: string;
  support_email: string;
  create_time: number;
};

/**
 * One partner.
 *
 * @throws Refusal partner_not_found
 */
export async function loadPartner(
  db: Db,
  ctx: { refusal(reason: 'partner_not_found'): Refusal },
  partnerId: number,
): Promise<PartnerRow> {
  const row = await findPartner(db, partnerId);
  if (!row) throw ctx.refusal('partner_not_found');
  return row;
}

export async function findPartner(db: Db, partnerId: number): Promise<PartnerRow | undefined> {
  const [row] = await selectPartners(db, sql`where p.partner_id = ${partnerId}`);
  return row;
}

export const listPartners: Operation<'listPartners'> = async (_input, ctx) => ({
  list: await ctx.read((db) => selectPartners(db, empty)),
});

function selectPartners(db: Db, where: Sql): Promise<PartnerRow[]> {
  return db.query<PartnerRow>(sql`
    select p.partner_id as partner, p.name,
      case when p.suspended_at is null then 'active' else 'suspended' end as state,
      (select count(*) from accounts a
       where a.partner_id = p.partner_id and a.deleted_at is null) as accounts,
      p.support_name, p.support_url, p.support_email,
      extract(epoch from p.created_at)::bigint as create_time
    from partners p
    ${where}
    order by p.partner_id`);
}
