/**
 * The gate: the one question that every request into an account asks the database
 * (`docs/entering.md`, One gate). No cache, and no other place decides who is inside.
 */
import {
  type AccountSettings,
  type Role,
  type SupportContact,
  settingsOf,
} from '@switchboard/contract';
import type { Db } from '../database/database.ts';
import { Failure } from '../failure.ts';
import type { Actor } from '../operation.ts';
import { LINK_IN_FORCE } from '../people/sessions/session.ts';
import { sha256 } from '../secret.ts';
import { makerOf } from './login-link.ts';

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
  /** The credential or the member who made the login link, in a session made by one. */
  linkMaker: Actor | undefined;
  byLink: boolean;
  /** By password, and not in this account yet: it is recorded first. */
  isNew: boolean;
  /** Milliseconds that the session still lives, by the database's clock. */
  endsInMs: number;
};

/** What the gate says of one session. */
export type Verdict =
  | { entered: Entered }
  | {
      refused: Failure;
      /** The account was switched off or deleted. */
      isCut: boolean;
    };

type Row = {
  position: number;
  person_id: string;
  by_link: boolean;
  link_client_id: string | null;
  link_member_person_id: string | null;
  is_new: boolean;
  ends_in_ms: number;
  agent_id: number | null;
  is_linked_agent: boolean;
  is_deleted: boolean;
  account_status: 0 | 1;
  is_from_after_the_cut: boolean;
  partner_id: number;
  account_name: string;
  builder_url: string;
  settings: Partial<Record<keyof AccountSettings, unknown>>;
  role: Role;
  display_name: string;
  support_name: string;
  support_url: string;
  support_email: string;
};

// A session alive and of this server, whose link's maker and partner are in force, and beside
// it the person's own row in the account, if there is one that does not wait.
const TEXT = `
select asked.position, s.person_id, s.link_server is not null as by_link,
  (select client_id from credentials c where c.credential_id = s.link_credential_id)
    as link_client_id,
  s.link_member_person_id,
  -- Whoever was removed and came back is another agent, with the session of before.
  s.link_server is null and (i.entered_at is null or not $3 = any (s.entered_accounts)) as is_new,
  (extract(epoch from s.expires_at - now()) * 1000)::float8 as ends_in_ms,
  s.link_server is null or (s.link_server = $2 and s.link_account_id = $3
    and s.link_agent_id = i.agent_id) as is_linked_agent,
  i.agent_id, i.role, i.display_name, i.partner_id, i.account_name, i.account_status,
  i.builder_url, i.settings, i.support_name, i.support_url, i.support_email,
  i.deleted_at is not null as is_deleted,
  s.number > i.entry_number as is_from_after_the_cut
from unnest($1::bytea[]) with ordinality as asked (token_hash, position)
join sessions s on s.token_hash = asked.token_hash
left join (
  select g.person_id, g.agent_id, g.role, g.display_name, g.entered_at, a.partner_id, a.account_name,
    a.account_status, a.builder_url, a.settings, a.entry_number, a.deleted_at,
    p.support_name, p.support_url, p.support_email
  from agents g
  join accounts a on a.server = g.server and a.account_id = g.account_id
  join partners p on p.partner_id = a.partner_id
  where g.server = $2 and g.account_id = $3 and g.state = 'open'
) i on i.person_id = s.person_id
where s.realm = 'server:' || $2 and s.expires_at > now() and ${LINK_IN_FORCE}`;

/**
 * Asks for many sessions at once whether each may be in the account.
 *
 * @param hashes SHA-256 of the sessions' tokens
 * @param server whose host the sessions were sent to; a session of another one is none
 * @returns in the order of `hashes`
 */
export async function askGate(
  db: Db,
  hashes: readonly Buffer[],
  server: string,
  accountId: number,
): Promise<Verdict[]> {
  const rows = await db.query<Row>({
    name: 'ask_gate',
    text: TEXT,
    values: [hashes, server, accountId],
  });
  const verdicts = hashes.map((): Verdict => refuse(new Failure('no_session')));
  for (const row of rows) verdicts[row.position - 1] = verdictOf(row, server, accountId);
  return verdicts;
}

/**
 * Lets a session into an account, or says why not.
 *
 * @param token of the session, its signature proved; undefined when the request carries none
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
  const [verdict] = await askGate(db, [sha256(token)], server, accountId);
  if (!verdict || 'refused' in verdict) throw verdict?.refused ?? new Failure('no_session');
  return verdict.entered;
}

const refuse = (refused: Failure, isCut = false): Verdict => ({ refused, isCut });

function verdictOf(row: Row, server: string, accountId: number): Verdict {
  if (row.agent_id === null || !row.is_linked_agent) return refuse(new Failure('not_found'));
  if (row.is_deleted) return refuse(new Failure('not_found'), true);
  const support = {
    name: row.support_name,
    url: row.support_url,
    email: row.support_email,
  };
  if (row.account_status !== 1) {
    const details = { account_name: row.account_name, support };
    return refuse(new Failure('account_disabled', details), true);
  }
  if (!row.is_from_after_the_cut) return refuse(new Failure('sign_in_again'));
  const entered = {
    server,
    accountId,
    partnerId: row.partner_id,
    accountName: row.account_name,
    builderUrl: row.builder_url,
    settings: settingsOf(row.settings),
    support,
    agentId: row.agent_id,
    personId: row.person_id,
    role: row.role,
    displayName: row.display_name,
    linkMaker: row.by_link ? makerOf(row.link_client_id, row.link_member_person_id) : undefined,
    byLink: row.by_link,
    isNew: row.is_new,
    endsInMs: row.ends_in_ms,
  };
  return { entered };
}
