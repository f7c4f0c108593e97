/** A mailed link that opens a waiting membership: its row and what its page shows. */
import type { MemberRole, PageCalls, Role } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { isOf, type Membership, tableOf } from '../../people/membership.ts';
import { listOpened } from '../../people/opened.ts';
import type { VisitVerb } from '../../people/visit.ts';
import { newToken, sha256 } from '../../secret.ts';

/** Days that an invitation can be accepted. */
export const INVITATION_DAYS = 7;

type Common = {
  partner_id: number;
  person_id: string;
  email: string;
  name: string;
  sets_password: boolean;
};
export type InvitationRow = Common &
  (
    | {
        kind: 'agent';
        server: string;
        account_id: number;
        agent_id: number;
        account_name: string;
        partner_name: null;
        role: Role;
      }
    | { kind: 'member'; account_name: null; partner_name: string; role: MemberRole }
  );

/**
 * A new invitation beside those before it, which stay good until it has arrived.
 *
 * @returns the token, 256 random bits, of which only the hash is kept; undefined when the agent or
 *   member was removed or has accepted meanwhile
 */
export async function createInvitation(
  db: Db,
  membership: Membership,
): Promise<string | undefined> {
  const token = newToken('swb_in_');
  // The membership first, as whoever accepts or removes holds it, and so that it does not go before
  // the invitation that refers to it.
  const waiting = await db.query(sql`
    select from ${tableOf(membership)}
    where ${isOf(membership)} and state = 'waiting'
    for no key update`);
  if (waiting.length === 0) return undefined;
  const place = membership.kind === 'agent' ? sql`server, account_id, agent_id` : sql`partner_id`;
  await db.query(sql`
    insert into invitations (token_hash, expires_at, person_id, ${place})
    select ${sha256(token)}, now() + ${INVITATION_DAYS} * interval '1 day', person_id, ${place}
    from ${tableOf(membership)}
    where ${isOf(membership)}`);
  return token;
}

/** The letter with that invitation arrived: it takes the place of those before it. */
export async function endOtherInvitations(
  db: Db,
  membership: Membership,
  token: string,
): Promise<void> {
  await db.query(sql`
    delete from invitations
    where ${isOf(membership)} and accepted_at is null and token_hash <> ${sha256(token)}`);
}

/** Nobody has that invitation. */
export async function dropInvitation(db: Db, token: string): Promise<void> {
  await db.query(sql`
    delete from invitations where token_hash = ${sha256(token)} and accepted_at is null`);
}

/**
 * A live invitation to an account of this server, or at the console to a partner, as it is now:
 * nothing is held.
 *
 * @throws Failure link_over: used, expired, replaced by a newer one, of a deleted account, or none
 */
export async function loadInvitation(
  db: Db,
  token: string,
  server: string | undefined,
): Promise<InvitationRow> {
  const [row] = await db.query<InvitationRow>(
    server === undefined ? ofPartner(token) : ofAccount(token, server),
  );
  if (!row) throw new Failure('link_over');
  return row;
}

const OF_PERSON = sql`
  p.id as person_id, p.email, p.name,
  p.email_proved_at is null or p.password_hash is null as sets_password`;
const isLive = (token: string): Sql => sql`
  i.token_hash = ${sha256(token)} and i.accepted_at is null and i.expires_at > now()`;

const ofAccount = (token: string, server: string): Sql => sql`
  select 'agent' as kind, i.server, i.account_id, i.agent_id, a.partner_id, a.account_name,
    null as partner_name, g.role, ${OF_PERSON}
  from invitations i
  join agents g on g.server = i.server and g.account_id = i.account_id
    and g.agent_id = i.agent_id and g.state = 'waiting'
  join accounts a on a.server = i.server and a.account_id = i.account_id and a.deleted_at is null
  join persons p on p.id = i.person_id
  where ${isLive(token)} and i.server = ${server}`;

const ofPartner = (token: string): Sql => sql`
  select 'member' as kind, i.partner_id, null as account_name, t.name as partner_name, m.role,
    ${OF_PERSON}
  from invitations i
  join members m on m.partner_id = i.partner_id and m.person_id = i.person_id
    and m.state = 'waiting'
  join partners t on t.partner_id = i.partner_id
  join persons p on p.id = i.person_id
  where ${isLive(token)}`;

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
