/** What a switching off outside updateAccount's statement answers of whom it cut. */
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { SIGNED_IN, UNUSED_LINKS } from '../updating/signed-in.ts';

type Counted = { people: number; sessions_ended: number; login_links_voided: number };

/** @param before the account as it was, with the entry number that was in force */
export async function countCut(
  db: Db,
  before: { server: string; account_id: number; entry_number: number },
): Promise<Counted> {
  const { server, account_id, entry_number } = before;
  const [row] = await db.query<Counted>(sql`
    select held.people, held.sessions_ended, links.unused as login_links_voided
    from (values (${server}, ${account_id}::integer, ${entry_number}::bigint))
      t (server, account_id, entry_number)
    cross join lateral (
      select count(*) filter (where s.live > 0) as people,
        coalesce(sum(s.live), 0)::integer as sessions_ended
      from (${raw(SIGNED_IN)}) s
    ) held
    cross join lateral (${raw(UNUSED_LINKS)}) links`);
  if (!row) throw new Error('A count has no row.');
  return row;
}
