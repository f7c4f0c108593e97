/** A mailed link that opens a waiting membership: its row and what its page shows. */
import type { PageCalls, Role } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { Failure } from '../failure.ts';
import { listOpened } from '../people/opened.ts';
import type { VisitVerb } from '../people/visit.ts';
import { newToken, sha256 } from '../secret.ts';

/** Days that an invitation can be accepted. */
export const INVITATION_DAYS = 7;

export type InvitationRow = {
  server: string;
  account_id: number;
  agent_id: number;
  partner_id: number;
  person_id: string;
  email: string;
  name: string;
  account_name: string;
  role: Role;
  sets_password: boolean;
};

/**
 * A new invitation of an agent beside those before it, which stay good until it has arrived.
 *
 * @returns the token, 256 random bits, of which only the hash is kept; undefined when the agent was
 *   removed or has accepted meanwhile
 */
export async function createInvitation(
  db: Db,
  agent: { server: string; account_id: number; agent_id: number },
): Promise<string | undefined> {
  const token = newToken('swb_in_');
  // The agent first, as whoever accepts or removes holds it, and so that it does not go before the
  // invitation that refers to it.
  const waiting = await db.query(sql`
    select from agents
    where server = ${agent.server} and account_id = ${agent.account_id}
      and agent_id = ${agent.agent_id} and state = 'waiting'
    for no key update`);
  if (waiting.length === 0) return undefined;
  await db.query(sql`
    insert into invitations (token_hash, person_id, server, account_id, agent_id, expires_at)
    select ${sha256(token)}, person_id, server, account_id, agent_id,
      now() + ${INVITATION_DAYS} * interval '1 day'
    from agents
    where server = ${agent.server} and account_id = ${agent.account_id}
      and agent_id = ${agent.agent_id}`);
  return token;
}

/** The letter with that invitation arrived: it takes the place of those before it. */
export async function endOtherInvitations(
  db: Db,
  agent: { server: string; account_id: number; agent_id: number },
  token: string,
): Promise<void> {
  await db.query(sql`
    delete from invitations
    where server = ${agent.server} and account_id = ${agent.account_id}
      and agent_id = ${agent.agent_id} and accepted_at is null
      and token_hash <> ${sha256(token)}`);
}

/** Nobody has that invitation. */
export async function dropInvitation(db: Db, token: string): Promise<void> {
  await db.query(sql`
    delete from invitations where token_hash = ${sha256(token)} and accepted_at is null`);
}

/**
 * A live invitation to an account of this server, as it is now: nothing is held.
 *
 * @throws Failure link_over: used, expired, replaced by a newer one, of a deleted account, or none
 */
export async function loadInvitation(
  db: Db,
  token: string,
  server: string | undefined,
): Promise<InvitationRow> {
  const [row] = await db.query<InvitationRow>(sql`
    select i.server, i.account_id, i.agent_id, i.person_id, a.partner_id, p.email,
      p.name, a.account_name, g.role,
      p.email_proved_at is null or p.password_hash is null as sets_password
    from invitations i
    join agents g on g.server = i.server and g.account_id = i.account_id
      and g.agent_id = i.agent_id and g.state = 'waiting'
    join accounts a on a.server = i.server and a.account_id = i.account_id and a.deleted_at is null
    join persons p on p.id = i.person_id
    where i.token_hash = ${sha256(token)} and i.server = ${server ?? null}
      and i.accepted_at is null and i.expires_at > now()`);
  if (!row) throw new Failure('link_over');
  return row;
}

/**
 * What an invitation's page shows.
 *
 * @throws Failure link_over
 */
export const getInvitation: VisitVerb<PageCalls['getInvitation']> = ({ token }, { read, server }) =>
  read(async (db) => {
    const invitation = await loadInvitation(db, token, server);
    return { ...invitation, memberships: await listOpened(db, invitation.person_id) };
  });

/** Housekeeping. */
export const sweepInvitations = sql`delete from invitations where expires_at < now() - interval '1 day'`;
