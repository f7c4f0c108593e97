/** What a switching off cut: live sessions that could enter the account, and unused login links. */
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/**
 * Of the account `t`, whose `entry_number` is the one that was in force before. Person by person,
 * by password and by link apart: each a range of the sessions' index, which holds what can count
 * and nothing else. As one join it may be planned over all sessions.
 */
export const SESSIONS_ENDED = `
  (select coalesce(sum(by_password.held + by_link.held), 0)::integer
   from agents g
   cross join lateral (
     select count(*) as held
     from sessions s
     where s.person_id = g.person_id and s.realm = 'server:' || t.server
       and s.link_account_id is null and s.expires_at > now() and s.number > t.entry_number
   ) by_password
   cross join lateral (
     select count(*) as held
     from sessions s
     where s.person_id = g.person_id and s.realm = 'server:' || t.server
       and s.link_account_id = t.account_id and s.link_agent_id = g.agent_id
       and s.expires_at > now() and s.number > t.entry_number
   ) by_link
   where g.server = t.server and g.account_id = t.account_id and g.state = 'open')`;

/** Likewise. */
export const LINKS_VOIDED = `
  (select count(*)
   from login_links l
   where l.server = t.server and l.account_id = t.account_id
     and l.number > t.entry_number and l.used_at is null and l.expires_at > now())`;

/** Of an account that this transaction switched off, as it was right before. */
export async function countCut(
  db: Db,
  before: { server: string; account_id: number; entry_number: number },
): Promise<{ sessions_ended: number; login_links_voided: number }> {
  const { server, account_id, entry_number } = before;
  const [row] = await db.query<{ sessions_ended: number; login_links_voided: number }>(sql`
    select ${raw(SESSIONS_ENDED)} as sessions_ended, ${raw(LINKS_VOIDED)} as login_links_voided
    from (values (${server}, ${account_id}::integer, ${entry_number}::bigint))
      t (server, account_id, entry_number)`);
  if (!row) throw new Error('A count has no row.');
  return row;
}
