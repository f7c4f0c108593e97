/** A session: its row, its realm, making and replacing it. */
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
/** Sessions by link of one person, account and credential at most. */
const MOST_BY_LINK = 20;

/**
 * Of a session `s` in SQL: if a login link made it, whoever made the link may still do so, with no
 * cut since, and its agent is there. A session by password needs neither.
 */
export const LINK_IN_FORCE = `(s.link_server is null or exists (
    select from credentials c
    join partners t on t.partner_id = c.partner_id
    join agents k on k.server = s.link_server and k.account_id = s.link_account_id
      and k.agent_id = s.link_agent_id and k.person_id = s.person_id
    where c.credential_id = s.link_credential_id and c.revoked_at is null
      and t.suspended_at is null and s.number > t.entry_number))`;

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
  credentialId: number;
};

/**
 * Makes a session by a login link, for its account alone; the oldest beyond 20 of the person,
 * account and credential ends.
 *
 * @returns its token
 */
export async function createLinkSession(
  db: Db,
  recorder: Recorder,
  session: LinkSession,
): Promise<string> {
  const token = newToken();
  const { personId, server, accountId, credentialId } = session;
  const realm = `server:${server}`;
  const [made] = await db.query<{ id: string }>(sql`
    insert into sessions
      (person_id, token_hash, realm, number, remembered, ip_address, user_agent, expires_at,
       link_server, link_account_id, link_agent_id, link_credential_id)
    values (${personId}, ${sha256(token)}, ${realm}, ${session.number}, false,
            ${session.address}, ${session.userAgent ?? null},
            now() + ${LINK_SESSION_SECONDS} * interval '1 second',
            ${server}, ${accountId}, ${session.agentId}, ${credentialId})
    returning id`);
  const alike = sql`
    person_id = ${personId} and realm = ${realm} and link_account_id = ${accountId}
      and link_credential_id = ${credentialId}`;
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
