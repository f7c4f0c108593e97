/** The agents of an account, as its partner sees them. */
import type { Answer } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { loadAccount, mainServer } from '../accounts/account.ts';
import type { Operation } from '../operation.ts';
import { NOT_DELIVERED } from '../owed-mail/mail-state.ts';

type Listed = Answer<'getAgents'>['list'][number];

export const getAgents: Operation<'getAgents'> = async (input, ctx) =>
  ctx.read(async (db) => {
    const server = input.server ?? (await mainServer(db, ctx));
    await loadAccount(db, ctx, server, input.accountID);
    // How somebody who has not agreed to be here signs in is none of this partner's business.
    const list = await db.query<Listed>(sql`
      with seen as (
        select g.*, ${NOT_DELIVERED} as not_delivered, p.email, p.two_factor_email,
          case when g.state = 'waiting' or not p.two_factor_enabled then null
               when exists (select from two_factors t where t.person_id = p.id and t.verified)
               then 'totp' else 'email' end as two_factor_type
        from agents g
        join persons p on p.id = g.person_id
        where g.server = ${server} and g.account_id = ${input.accountID}
      )
      select agent_id as id, floor(extract(epoch from created_at))::bigint as create_time, email,
        agent_name, role, state,
        floor(extract(epoch from last_entered_at))::bigint as last_entered, two_factor_type, null as two_factor_phone,
        case when two_factor_type = 'email' then coalesce(two_factor_email, email) end
          as two_factor_email, not_delivered
      from seen
      order by agent_id`);
    const { length } = list;
    return {
      accountID: input.accountID,
      server,
      totalagents: length,
      totalAgents: length,
      list,
    };
  });
