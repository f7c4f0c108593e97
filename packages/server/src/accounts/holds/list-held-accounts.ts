import type { Answer } from '@switchboard/contract';
import sql, { empty } from 'sql-template-tag';
import type { Operation } from '../../operation.ts';
import { loadPartner } from '../../partners/partner.ts';

type Listed = Answer<'listHeldAccounts'>['list'][number];

/** Deleted ones too: they are held again when they are restored. */
export const listHeldAccounts: Operation<'listHeldAccounts'> = async ({ partner }, ctx) =>
  ctx.read(async (db) => {
    if (partner !== undefined) await loadPartner(db, ctx, partner);
    const list = await db.query<Listed>(sql`
      select partner_id as partner, server, account_id, account_name, held_reason as reason,
        case when deleted_at is null then 'off' else 'deleted' end as state,
        extract(epoch from held_at)::bigint as held_time
      from accounts
      where held_at is not null
        ${partner === undefined ? empty : sql`and partner_id = ${partner}`}
      order by server, account_id`);
    return { list };
  });
