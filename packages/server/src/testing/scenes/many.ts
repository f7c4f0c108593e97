/** For tests: more accounts of a partner than its calls would make in time. */
import sql from 'sql-template-tag';
import type { TestPartner, TestService } from '../service.ts';

/** Makes so many accounts without anybody in them; answers their numbers, ascending. */
export async function manyAccounts(
  { database }: TestService,
  { partner }: TestPartner,
  count: number,
): Promise<number[]> {
  const rows = await database.write((db) =>
    db.query<{ account_id: number }>(sql`
      with numbered as (
        update servers set next_account_id = next_account_id + ${count}
        where name = 'online'
        returning next_account_id - ${count} as first
      )
      insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
      select 'online', first + n, ${partner}, 'One of many', 3, 2
      from numbered, generate_series(0, ${count - 1}::integer) n
      returning account_id`),
  );
  return rows.map(({ account_id }) => account_id).sort((a, b) => a - b);
}
