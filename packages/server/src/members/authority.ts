/**
 * What a partner's people may do, decided by the database at every call and once more at the end of
 * every change: a session of the console, an open membership with a role of the call, a partner in
 * force since before the sign-in began.
 */
import { type MemberRole, Refusal } from '@switchboard/contract';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import type { ByMember } from '../operation.ts';

/** Seconds for which a password that was given opens what secrets are behind. */
const PASSWORD_SECONDS = 600;

/** Somebody of a partner, as the database says at the moment. */
export type MemberNow = {
  personId: string;
  role: MemberRole;
  /** Within the last 10 minutes, in this session. */
  passwordGiven: boolean;
  /** Milliseconds that the session still lives, by the database's clock. */
  endsInMs: number;
};

/**
 * Asks for sessions of the console at once whose they are among a partner's members.
 *
 * @param hashes SHA-256 of the sessions' tokens
 * @returns in their order; a refusal is session_missing, partner_suspended, or partner_not_found
 *   where they are no member of it or there is none; second_factor_needed
 */
export async function askMembers(
  db: Db,
  hashes: readonly Buffer[],
  partnerId: number,
): Promise<(MemberNow | Refusal)[]> {
  const rows = await db.query<{
    position: number;
    person_id: string;
    role: MemberRole | null;
    in_force: boolean;
    lacks_factor: boolean;
    is_newer: boolean;
    password_given: boolean;
    ends_in_ms: number;
  }>(sql`
    select asked.position, s.person_id, m.role, p.suspended_at is null as in_force,
      s.number > p.entry_number as is_newer,
      p.requires_second_factor and not h.two_factor_enabled as lacks_factor,
      s.password_at > now() - ${PASSWORD_SECONDS} * interval '1 second' as password_given,
      (extract(epoch from s.expires_at - now()) * 1000)::float8 as ends_in_ms
    from unnest(${hashes}::bytea[]) with ordinality as asked (token_hash, position)
    join sessions s on s.token_hash = asked.token_hash
      and s.realm = 'console' and s.expires_at > now()
    join persons h on h.id = s.person_id
    left join (members m join partners p using (partner_id))
      on m.person_id = s.person_id and m.partner_id = ${partnerId} and m.state = 'open'`);
  const found = new Map(rows.map((row) => [row.position, row]));
  return hashes.map((_, n) => {
    const row = found.get(n + 1);
    if (!row) return new Refusal('session_missing');
    if (row.role === null) return new Refusal('partner_not_found');
    if (!row.in_force) return new Refusal('partner_suspended');
    if (!row.is_newer) return new Refusal('session_missing');
    if (row.lacks_factor) return new Refusal('second_factor_needed');
    return {
      personId: row.person_id,
      role: row.role,
      passwordGiven: row.password_given,
      endsInMs: row.ends_in_ms,
    };
  });
}

type Asked = {
  /** SHA-256 of the session's token. */
  sessionHash: Buffer;
  partnerId: number;
  roles: readonly MemberRole[];
  /** The password must have been given lately. */
  asksPassword: boolean;
};

/**
 * Whoever a session of the console belongs to, as a member who may make a call.
 *
 * @throws Refusal of `askMembers`, role_forbidden, password_needed
 */
export async function confirmMember(db: Db, asked: Asked): Promise<ByMember> {
  const { sessionHash, partnerId, roles } = asked;
  const [member] = await askMembers(db, [sessionHash], partnerId);
  if (!member || member instanceof Refusal) throw member ?? new Refusal('session_missing');
  const { personId, role } = member;
  if (!roles.includes(role))
    throw new Refusal('role_forbidden', { message: forbidden(role, roles) });
  if (asked.asksPassword && !member.passwordGiven) throw new Refusal('password_needed');
  return { kind: 'member', partnerId, personId, role, mode: 'strict', sessionHash, roles };
}

/**
 * Confirms a member within the change's own transaction, and holds session, membership and partner
 * until it ends: a removal that has returned has come after the change or before it. Called last,
 * and the session locked last: who removes a member holds the membership and then ends its sessions.
 *
 * @throws Refusal session_missing
 */
export async function holdMember(db: Db, caller: ByMember): Promise<void> {
  const held = await db.query(sql`select ${inForce(caller)} for share of p, m, s`);
  if (held.length === 0) throw new Refusal('session_missing');
}

/**
 * The same in the partner's turn, in which nobody else changes its people: before the work, and
 * holding nothing.
 *
 * @throws Refusal session_missing
 */
export async function confirmInTurn(db: Db, caller: ByMember): Promise<void> {
  const found = await db.query(sql`select ${inForce(caller)}`);
  if (found.length === 0) throw new Refusal('session_missing');
}

/**
 * After the work: whoever just changed their own membership, or took it away, had it before.
 *
 * @throws Refusal session_missing
 */
export async function holdInTurn(db: Db, caller: ByMember): Promise<void> {
  const held = await db.query(sql`select ${inForce(caller)} for share of p, m, s`);
  if (held.length > 0) return;
  const own = await db.query(sql`
    select from events
    where transaction_id = pg_current_xact_id() and type in ('member.updated', 'member.removed')
      and partner_id = ${caller.partnerId} and subject = ${caller.personId}`);
  if (own.length === 0) throw new Refusal('session_missing');
}

const inForce = ({ sessionHash, partnerId, roles }: ByMember): Sql => sql`
  from (values (${sessionHash}::bytea, ${partnerId}::integer, ${`{${roles}}`}::text))
    as caller (session_hash, member_of, roles)
  ${raw(memberOf('caller'))}`;

/**
 * Of statements: joins a row that has `session_hash` (bytea), `member_of` (a partner's number) and
 * `roles` (an array, as text) with its session `s` of the console, its open membership `m` of a
 * role that may, and a partner `p` in force since before the sign-in began, whose people have the
 * second factor that it asks for.
 */
export const memberOf = (row: string): string => `join sessions s
    on s.token_hash = ${row}.session_hash and s.realm = 'console' and s.expires_at > now()
  join members m on m.person_id = s.person_id and m.partner_id = ${row}.member_of
    and m.state = 'open' and m.role = any (${row}.roles::text[])
  join partners p on p.partner_id = m.partner_id and p.suspended_at is null
    and s.number > p.entry_number
    and (not p.requires_second_factor
      or exists (select from persons h where h.id = s.person_id and h.two_factor_enabled))`;

const forbidden = (role: MemberRole, roles: readonly MemberRole[]): string =>
  `You are ${role === 'viewer' ? 'a' : 'an'} ${role} here; only ${
    roles.length > 1 ? 'administrators and operators' : 'administrators'
  } can do this.`;
