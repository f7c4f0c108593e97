/** Who is inside an account now: what a cut at this moment would end. */
import type { Answer } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { loadAccount } from '../accounts/account.ts';
import type { Operation } from '../operation.ts';

type Listed = Answer<'getSignedIn'>['list'][number];

export const getSignedIn: Operation<'getSignedIn'> = async ({ server, account_id }, ctx) =>
  ctx.read(async (db) => {
    await loadAccount(db, ctx, server, account_id);
    // Person by person, as the cut counts them: each a range of the sessions' index.
    const list = await db.query<Listed>(sql`
      select g.agent_id, g.display_name, g.role, s.sessions, s.by_link, s.since
      from agents g
      join accounts a on a.server = g.server and a.account_id = g.account_id
        and a.account_status = 1
      cross join lateral (
        select count(*)::integer as sessions, bool_and(s.link_account_id is not null) as by_link,
          extract(epoch from min(s.created_at))::bigint as since
        from sessions s
        where s.person_id = g.person_id and s.realm = 'server:' || g.server
          and s.expires_at > now() and s.number > a.entry_number
          and (s.link_account_id is null and g.account_id = any (s.entered_accounts)
            or s.link_account_id = g.account_id and s.link_agent_id = g.agent_id)
      ) s
      where g.server = ${server} and g.account_id = ${account_id} and g.state = 'open'
        and s.sessions > 0
      order by s.since, g.agent_id`);
    return { people: list.length, list };
  });
