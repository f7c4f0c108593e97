/** A partner's people: the list, load-or-refuse, the last administrator, and whom to tell. */
import {
  type Answer,
  defaultSettings,
  type Language,
  type MemberRole,
  type Refusal,
} from '@switchboard/contract';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { NOT_DELIVERED } from '../owed-mail/mail-state.ts';

export type Member = Answer<'getMembers'>['list'][number];

/**
 * What a member `m` of partner `t` may do there, who is person `p`: nothing while they wait, and
 * nothing without the second factor that the partner asks for.
 */
const MEMBER_STATE = sql`case
  when m.state = 'waiting' then 'waiting'
  when t.requires_second_factor and not p.two_factor_enabled then 'second_factor_needed'
  else 'open' end`;

/** Everybody, by the time at which they were invited. */
export const listMembers = (db: Db, partnerId: number): Promise<Member[]> =>
  selectMembers(db, partnerId, empty);

/**
 * One of the partner's people.
 *
 * @throws Refusal member_not_found
 */
export async function loadMember(
  db: Db,
  ctx: { partnerId: number; refusal(reason: 'member_not_found'): Refusal },
  personId: string,
): Promise<Member> {
  const member = await findMember(db, ctx.partnerId, personId);
  if (!member) throw ctx.refusal('member_not_found');
  return member;
}

export async function findMember(
  db: Db,
  partnerId: number,
  personId: string,
): Promise<Member | undefined> {
  const [member] = await selectMembers(db, partnerId, sql`and m.person_id = ${personId}`);
  return member;
}

// What somebody who has not agreed to be here is called and does is none of this partner's business.
const selectMembers = (db: Db, partnerId: number, and: Sql): Promise<Member[]> =>
  db.query<Member>(sql`
    select m.person_id, p.email, m.role, ${MEMBER_STATE} as state,
      case when m.state = 'open' then p.name else m.member_name end as name,
      extract(epoch from m.created_at)::bigint as create_time,
      case when m.state = 'open' and p.console_signed_in_at >= coalesce(m.joined_at, m.created_at)
           then extract(epoch from p.console_signed_in_at)::bigint end as last_sign_in_time,
      m.state = 'open' and p.two_factor_enabled as has_second_factor,
      ${NOT_DELIVERED} as not_delivered
    from members m
    join persons p on p.id = m.person_id
    join partners t on t.partner_id = m.partner_id
    where m.partner_id = ${partnerId} ${and}
    order by m.created_at, m.person_id`);

/** Holds one of the partner's people until the transaction ends; call it with the turn taken. */
export async function holdMembership(db: Db, partnerId: number, personId: string): Promise<void> {
  await db.query(sql`
    select from members
    where partner_id = ${partnerId} and person_id = ${personId}
    for no key update`);
}

/**
 * Nobody may leave a partner without an administrator who has joined. Call it with the turn taken:
 * administrators are counted by one at a time.
 *
 * @throws Refusal last_member_administrator
 */
export async function requireOtherAdministrator(
  db: Db,
  ctx: { partnerId: number; refusal(reason: 'last_member_administrator'): Refusal },
  { person_id, role, state }: Member,
): Promise<void> {
  if (role !== 'administrator' || state === 'waiting') return;
  const others = await db.query(sql`
    select from members
    where partner_id = ${ctx.partnerId} and role = 'administrator' and state = 'open'
      and person_id <> ${person_id}`);
  if (others.length === 0) throw ctx.refusal('last_member_administrator');
}

export type Administrator = { person_id: string; email: string; name: string; language: Language };

/** Those who are told by mail of what concerns the partner. */
export const listAdministrators = (db: Db, partnerId: number): Promise<Administrator[]> =>
  db.query<Administrator>(sql`
    select p.id as person_id, p.email, p.name,
      coalesce(p.language, ${defaultSettings.language}) as language
    from members m
    join persons p on p.id = m.person_id
    where m.partner_id = ${partnerId} and m.role = ${'administrator' satisfies MemberRole}
      and m.state = 'open'
    order by p.email`);
