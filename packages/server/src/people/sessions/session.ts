/** A session: its row, its realm, making and replacing it. */
import { endpoints } from '@switchboard/contract';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import type { Recorder } from '../../events/event.ts';
import { Failure } from '../../failure.ts';
import { newToken, sha256 } from '../../secret.ts';
import { endSessions } from './end-session.ts';

/** Where a session is valid: the partner console, or one server. */
export type Realm = 'console' | `server:${string}`;

export type SessionRow = {
  id: string;
  person_id: string;
  email: string;
  realm: Realm;
  /** Of `entry_numbers`; replacing a session keeps it. */
  number: number;
  remembered: boolean;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Date;
  expires_at: Date;
  /** Of a session made by a login link: the only account that it enters. */
  link_server: string | null;
  link_account_id: number | null;
};

/** Seconds that a session of an ordinary sign-in lives. */
export const SESSION_SECONDS = 7 * 24 * 3600;
/** Seconds that a session lives whose cookie ends with the browser. */
const UNREMEMBERED_SECONDS = 24 * 3600;
/** Seconds that a session made by a login link lives. */
const LINK_SESSION_SECONDS = 12 * 3600;

/** Sessions by password of one person and realm at most. */
const MOST_BY_PASSWORD = 50;
/** Sessions by link of one person, account and maker of links at most. */
const MOST_BY_LINK = 20;

/** Members who may make a login link, as a list in SQL. */
const LINK_MAKERS = endpoints.loginAgent.roles.map((role) => `'${role}'`).join(', ');

/**
 * In SQL: whoever made a link of partner `t` may still do so: its credential is in force, or its
 * member has the place, and a role for it, that the link was made in.
 *
 * @param of columns of the link: who made it, and its number
 */
export const makerInForce = (of: { credential: string; member: string; number: string }): string =>
  `(exists (
      select from credentials c
      where c.credential_id = ${of.credential} and c.partner_id = t.partner_id
        and c.revoked_at is null)
    or exists (
      select from members m
      where m.person_id = ${of.member} and m.partner_id = t.partner_id and m.state = 'open'
        and m.role in (${LINK_MAKERS}) and ${of.number} > m.entry_number))`;

/**
 * Of a session `s` in SQL: if a login link made it, whoever made the link may still do so, with no
 * cut since, and its agent is there. A session by password needs neither.
 */
export const LINK_IN_FORCE = `(s.link_server is null or exists (
    select from agents k
    join accounts b on b.server = k.server and b.account_id = k.account_id
    join partners t on t.partner_id = b.partner_id
    where k.server = s.link_server and k.account_id = s.link_account_id
      and k.agent_id = s.link_agent_id and k.person_id = s.person_id
      and t.suspended_at is null and s.number > t.entry_number
      and ${makerInForce({
        credential: 's.link_credential_id',
        member: 's.link_member_person_id',
        number: 's.number',
      })}))`;

/** A live session of a realm by its token; undefined for any other. */
export async function findSession(
  db: Db,
  token: string,
  realm: Realm,
): Promise<SessionRow | undefined> {
  const [row] = await db.query<SessionRow>(sql`
    select s.id, s.person_id, p.email, s.realm, s.number, s.remembered, s.ip_address, s.user_agent,
      s.created_at, s.expires_at, s.link_server, s.link_account_id
    from sessions s
    join persons p on p.id = s.person_id
    where s.token_hash = ${sha256(token)} and s.realm = ${realm} and s.expires_at > now()
      and ${raw(LINK_IN_FORCE)}`);
  return row;
}

/**
 * Locks the session that somebody acts by, after their person: if it ended meanwhile nothing is
 * written.
 *
 * @throws Failure no_session
 */
export async function holdSession(db: Db, { id }: SessionRow): Promise<void> {
  const held = await db.query(sql`
    select from sessions where id = ${id} and expires_at > now() for update`);
  if (held.length === 0) throw new Failure('no_session');
}

/**
 * Holds the session of a token until the transaction ends, so that ending it waits for what is
 * written by it. Called last: in the order of locks sessions come last.
 *
 * @throws Failure no_session when it ended meanwhile
 */
export async function shareSession(db: Db, token: string): Promise<void> {
  const held = await db.query(sql`
    select from sessions
    where token_hash = ${sha256(token)} and expires_at > now()
    for share`);
  if (held.length === 0) throw new Failure('no_session');
}

export type NewSession = {
  personId: string;
  realm: Realm;
  /** Drawn when the sign-in began. */
  number: number;
  remembered: boolean;
  address: string;
  userAgent: string | undefined;
};

/**
 * Makes a session by password; the oldest beyond 50 of the person and realm ends.
 *
 * @returns its token
 */
export async function createSession(
  db: Db,
  recorder: Recorder,
  session: NewSession,
): Promise<string> {
  const token = newToken();
  const { personId, realm, remembered } = session;
  const seconds = remembered ? SESSION_SECONDS : UNREMEMBERED_SECONDS;
  const [made] = await db.query<{ id: string }>(sql`
    insert into sessions
      (person_id, token_hash, realm, number, remembered, ip_address, user_agent, expires_at)
    values (${personId}, ${sha256(token)}, ${realm}, ${session.number}, ${remembered},
            ${session.address}, ${session.userAgent ?? null},
            now() + ${seconds} * interval '1 second')
    returning id`);
  const alike = sql`person_id = ${personId} and realm = ${realm} and link_account_id is null`;
  await endOldest(db, recorder, alike, made?.id, MOST_BY_PASSWORD);
  return token;
}

/** Of the link that makes it. */
export type LinkSession = Omit<NewSession, 'remembered' | 'realm'> & {
  server: string;
  accountId: number;
  agentId: number;
  maker: LinkMaker;
};

/** Who made a login link: a partner's program, or one of its people. */
export type LinkMaker =
  | { credentialId: number; memberPersonId: null }
  | { credentialId: null; memberPersonId: string };

/**
 * Makes a session by a login link, for its account alone; the oldest beyond 20 of the person,
 * account and maker ends.
 *
 * @returns its token
 */
export async function createLinkSession(
  db: Db,
  recorder: Recorder,
  session: LinkSession,
): Promise<string> {
  const token = newToken();
  const { personId, server, accountId } = session;
  const { credentialId, memberPersonId } = session.maker;
  const realm = `server:${server}`;
  const [made] = await db.query<{ id: string }>(sql`
    insert into sessions
      (person_id, token_hash, realm, number, remembered, ip_address, user_agent, expires_at,
       link_server, link_account_id, link_agent_id, link_credential_id, link_member_person_id)
    values (${personId}, ${sha256(token)}, ${realm}, ${session.number}, false,
            ${session.address}, ${session.userAgent ?? null},
            now() + ${LINK_SESSION_SECONDS} * interval '1 second',
            ${server}, ${accountId}, ${session.agentId}, ${credentialId}, ${memberPersonId})
    returning id`);
  const alike = sql`
    person_id = ${personId} and realm = ${realm} and link_account_id = ${accountId}
      and link_credential_id is not distinct from ${credentialId}::integer
      and link_member_person_id is not distinct from ${memberPersonId}::uuid`;
  await endOldest(db, recorder, alike, made?.id, MOST_BY_LINK);
  return token;
}

/**
 * Ends what is beyond `most` of its kind: the expired first, then the oldest. The one just made
 * stays, however long ago its sign-in began.
 */
async function endOldest(
  db: Db,
  recorder: Recorder,
  alike: Sql,
  madeId: string | undefined,
  most: number,
): Promise<void> {
  await endSessions(
    db,
    recorder,
    sql`id in (
      select id from sessions
      where ${alike}
      order by id = ${madeId} desc, expires_at > now() desc, number desc, created_at desc
      offset ${most})`,
  );
}

/**
 * A held session under a new id and token: the old cookie is worth nothing any more. Number, end,
 * whether it is remembered and where it was stay, or a session from before a cut would become one
 * from after it.
 * The caller records what it was replaced for, as of the person: streams of the old one end by that.
 *
 * @returns the new token
 */
export async function replaceSession(db: Db, { id }: Pick<SessionRow, 'id'>): Promise<string> {
  const token = newToken();
  await db.query(sql`
    with old as (delete from sessions where id = ${id} returning *)
    insert into sessions
      (person_id, token_hash, realm, number, remembered, ip_address, user_agent, expires_at,
       entered_accounts)
    select person_id, ${sha256(token)}, realm, number, remembered, ip_address, user_agent,
      expires_at, entered_accounts
    from old`);
  return token;
}
