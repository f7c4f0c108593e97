/** A session: its row, realm, and the columns that the identity library does not know. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/** Where a session is valid: the partner console, or one server. */
export type Realm = 'console' | `server:${string}`;

export type SessionRow = {
  id: string;
  person_id: string;
  email: string;
  /** Of `entry_numbers`; replacing a session keeps it. */
  number: number;
  /** Of a session made by a login link: the only account that it enters. */
  link_server: string | null;
  link_account_id: number | null;
  /** The credential that made the link: who acts in such a session. */
  link_client_id: string | null;
};

/** A live session of a realm by its token; undefined for any other. */
export async function findSession(
  db: Db,
  token: string,
  realm: Realm,
): Promise<SessionRow | undefined> {
  const [row] = await db.query<SessionRow>(sql`
    select s.id, s.person_id, p.email, s.number, s.link_server, s.link_account_id, s.link_client_id
    from sessions s
    join persons p on p.id = s.person_id
    where s.token = ${token} and s.realm = ${realm} and s.expires_at > now()`);
  return row;
}

/** Seconds that a session of an ordinary sign-in lives. */
export const SESSION_SECONDS = 7 * 24 * 3600;

/** Seconds that a session made by a login link lives. */
export const LINK_SESSION_SECONDS = 12 * 3600;
