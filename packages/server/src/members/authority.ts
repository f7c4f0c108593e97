/**
 * What a partner's people may do, decided by the database at every call and once more at the end of
 * every change: a session of the console, an open membership with a role of the call, a partner in
 * force since before the sign-in began.
 */
import { type MemberRole, Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { ByMember } from '../operation.ts';

/** Seconds for which a password that was given opens what secrets are behind. */
const PASSWORD_SECONDS = 600;

type Asked = {
  /** SHA-256 of the session's token. */
  sessionHash: Buffer;
  partnerId: number;
  roles: readonly MemberRole[];
  /** The password must have been given lately. */
  asksPassword: boolean;
};

/**
 * Whoever a session of the console belongs to, as a member of the partner.
 *
 * @throws Refusal session_missing, partner_not_found where they are no member of it or there is
 *   none, partner_suspended, role_forbidden, password_needed
 */
export async function confirmMember(db: Db, asked: Asked): Promise<ByMember> {
  const { sessionHash, partnerId, roles } = asked;
  const [row] = await db.query<{
    person_id: string;
    role: MemberRole | null;
    in_force: boolean;
    is_newer: boolean;
    password_given: boolean;
  }>(sql`
    select s.person_id, m.role, p.suspended_at is null as in_force,
      s.number > p.entry_number as is_newer,
      s.password_at > now() - ${PASSWORD_SECONDS} * interval '1 second' as password_given
    from sessions s
    left join (members m join partners p using (partner_id))
      on m.person_id = s.person_id and m.partner_id = ${partnerId} and m.state = 'open'
    where s.token_hash = ${sessionHash} and s.realm = 'console' and s.expires_at > now()`);
  if (!row) throw new Refusal('session_missing');
  const { person_id: personId, role } = row;
  if (role === null) throw new Refusal('partner_not_found');
  if (!row.in_force) throw new Refusal('partner_suspended');
  if (!row.is_newer) throw new Refusal('session_missing');
  if (!roles.includes(role))
    throw new Refusal('role_forbidden', { message: forbidden(role, roles) });
  if (asked.asksPassword && !row.password_given) throw new Refusal('password_needed');
  return { kind: 'member', partnerId, personId, role, mode: 'strict', sessionHash, roles };
}

/**
 * Confirms a member within the change's own transaction, and holds session, membership and partner
 * until it ends: a removal that has returned has come after the change or before it. Called last:
 * in the order of locks memberships and sessions come after accounts and persons.
 *
 * @throws Refusal session_missing
 */
export async function holdMember(
  db: Db,
  { sessionHash, partnerId, roles }: ByMember,
): Promise<void> {
  const [held] = await db.query(sql`
    select from sessions s
    join members m on m.person_id = s.person_id and m.partner_id = ${partnerId}
      and m.state = 'open' and m.role = any (${roles})
    join partners p on p.partner_id = m.partner_id and p.suspended_at is null
      and s.number > p.entry_number
    where s.token_hash = ${sessionHash} and s.realm = 'console' and s.expires_at > now()
    for share of s, m, p`);
  if (!held) throw new Refusal('session_missing');
}

const forbidden = (role: MemberRole, roles: readonly MemberRole[]): string =>
  `You are ${role === 'viewer' ? 'a' : 'an'} ${role} here; only ${
    roles.length > 1 ? 'administrators and operators' : 'administrators'
  } can do this.`;
