/** What the workspace reads: the person's accounts, and one account from within. */
import type { Language, PageCalls, Role, WorkspaceState } from '@switchboard/contract';
import sql, { raw } from 'sql-template-tag';
import { Failure } from '../failure.ts';
import { LINK_IN_FORCE } from '../people/sessions/session.ts';
import type { VisitVerb } from '../people/visit.ts';
import type { AccountVerb } from './agent.ts';
import { SHOWN_NAME } from './arrival.ts';
import type { Entered } from './gate.ts';

/** One account from within. */
export const getWorkspace: AccountVerb<PageCalls['getWorkspace']> = async (_input, { entered }) =>
  workspaceState(entered);

/** Also the first event of a live stream. */
export const workspaceState = (inside: Entered): WorkspaceState => ({
  account: accountOf(inside),
  settings: inside.settings,
  agent: {
    id: inside.agentId,
    role: inside.role,
    display_name: inside.displayName,
    signed_in_by_link: inside.byLink,
  },
});

export const accountOf = (inside: Entered): WorkspaceState['account'] => ({
  account_id: inside.accountId,
  server: inside.server,
  account_name: inside.accountName,
  // Only an account that is on can be entered.
  account_status: 1,
  builder_url: inside.builderUrl,
});

type Listed = {
  name: string;
  email: string;
  language: Language | null;
  by_link: boolean;
  account_id: number | null;
  account_name: string;
  role: Role;
  state: 'open' | 'disabled' | 'sign_in_again';
};

/**
 * The accounts of a session's person on its server, whatever their state; of a link session its
 * one account.
 *
 * @throws Failure no_session
 */
export const listOwnAccounts: VisitVerb<PageCalls['listOwnAccounts']> = async (
  _input,
  { read, session },
) => {
  const rows = await read((db) =>
    db.query<Listed>(sql`
    select case when s.link_server is null then p.name else a.named end as name,
      p.email, p.language, s.link_server is not null as by_link,
      a.account_id, a.account_name, a.role,
      case when a.account_status = 0 then 'disabled'
           when s.number > a.entry_number then 'open'
           else 'sign_in_again' end as state
    from sessions s
    join persons p on p.id = s.person_id
    left join (
      select g.person_id, g.agent_id, g.role, ${SHOWN_NAME} as named, b.*
      from agents g
      join accounts b on b.server = g.server and b.account_id = g.account_id
        and b.deleted_at is null
      where g.state = 'open'
    ) a on a.person_id = s.person_id and 'server:' || a.server = s.realm
      and (s.link_server is null
           or (a.server = s.link_server and a.account_id = s.link_account_id
               and a.agent_id = s.link_agent_id))
    where s.id = ${session.id} and s.expires_at > now()
      and ${raw(LINK_IN_FORCE)}
    order by a.account_name, a.account_id`),
  );
  const [first] = rows;
  if (!first) throw new Failure('no_session');
  const { name, email, language } = first;
  return {
    person: { name, email, language },
    accounts: rows.flatMap(({ account_id, account_name, role, state }) =>
      account_id === null ? [] : [{ account_id, account_name, role, state }],
    ),
    signed_in_by_link: first.by_link,
  };
};
