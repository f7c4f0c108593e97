/**
 * The gate: the one question that every request into an account asks the database (`entry.md`,
 * The gate). No cache, and no other place decides who is inside.
 */
import {
  type AccountSettings,
  defaultSettings,
  type Role,
  type SupportContact,
} from '@switchboard/contract';
import type { Db } from '../database/database.ts';
import { Failure } from '../failure.ts';

/** Somebody inside an account. */
export type Entered = {
  server: string;
  accountId: number;
  partnerId: number;
  accountName: string;
  builderUrl: string;
  settings: AccountSettings;
  support: SupportContact;
  agentId: number;
  personId: string;
  role: Role;
  displayName: string;
  /** The credential that made the login link, in a session made by one. */
  linkClientId: string | undefined;
  byLink: boolean;
};

type Row = {
  person_id: string;
  agent_id: number | null;
  link_server: string | null;
  link_client_id: string | null;
  is_linked_account: boolean;
  account_status: 0 | 1;
  is_from_after_the_cut: boolean;
  is_partner_in_force: boolean;
  partner_id: number;
  account_name: string;
  builder_url: string;
  settings: Partial<AccountSettings>;
  role: Role;
  display_name: string;
  support_name: string;
  support_url: string;
  support_email: string;
};

const TEXT = `
select s.person_id, s.link_server, s.link_client_id,
  s.link_server is null or (s.link_server = $2 and s.link_account_id = $3) as is_linked_account,
  i.agent_id, i.role, i.display_name, i.partner_id, i.account_name, i.account_status,
  i.builder_url, i.settings, i.support_name, i.support_url, i.support_email,
  s.number > i.entry_number as is_from_after_the_cut,
  -- Whoever made the link is cut with their partner.
  s.link_server is null or (i.suspended_at is null and s.number > i.partner_entry_number)
    as is_partner_in_force
from sessions s
left join (
  select g.person_id, g.agent_id, g.role, g.display_name, a.partner_id, a.account_name,
    a.account_status, a.builder_url, a.settings, a.entry_number,
    p.support_name, p.support_url, p.support_email, p.suspended_at,
    p.entry_number as partner_entry_number
  from agents g
  join accounts a on a.server = g.server and a.account_id = g.account_id and a.deleted_at is null
  join partners p on p.partner_id = a.partner_id
  where g.server = $2 and g.account_id = $3 and g.state = 'open'
) i on i.person_id = s.person_id
where s.token = $1 and s.realm = 'server:' || $2 and s.expires_at > now()`;

/**
 * Lets a session into an account, or says why not.
 *
 * @param token of the session, its signature proved; undefined when the request carries none
 * @param server whose host the request came to; a session of another one is none
 * @throws Failure no_session, not_found, account_disabled (with the name and whom to ask),
 *   sign_in_again
 */
export async function enter(
  db: Db,
  token: string | undefined,
  server: string,
  accountId: number,
): Promise<Entered> {
  if (token === undefined) throw new Failure('no_session');
  const [row] = await db.query<Row>({
    name: 'enter_account',
    text: TEXT,
    values: [token, server, accountId],
  });
  if (!row) throw new Failure('no_session');
  if (row.agent_id === null || !row.is_linked_account) throw new Failure('not_found');
  if (!row.is_partner_in_force) throw new Failure('no_session');
  const support = {
    name: row.support_name,
    url: row.support_url,
    email: row.support_email,
  };
  if (row.account_status !== 1)
    throw new Failure('account_disabled', { account_name: row.account_name, support });
  if (!row.is_from_after_the_cut) throw new Failure('sign_in_again');
  return {
    server,
    accountId,
    partnerId: row.partner_id,
    accountName: row.account_name,
    builderUrl: row.builder_url,
    settings: { ...defaultSettings, ...row.settings },
    support,
    agentId: row.agent_id,
    personId: row.person_id,
    role: row.role,
    displayName: row.display_name,
    linkClientId: row.link_client_id ?? undefined,
    byLink: row.link_server !== null,
  };
}
