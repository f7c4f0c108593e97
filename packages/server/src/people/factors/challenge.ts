/**
 * A challenge: a half-done sign-in, whose second factor is not given yet; or, of a session, the
 * mailed code that sets up a second factor. It carries what the first step saw.
 */
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { newToken, sha256 } from '../../secret.ts';
import type { Realm } from '../sessions/session.ts';

export type ChallengeRow = {
  id: string;
  person_id: string;
  email: string;
  realm: Realm;
  generation: number;
  number: number;
  remembered: boolean;
};

/** Seconds that a half-done sign-in can be finished. */
export const CHALLENGE_SECONDS = 600;
/** Minutes that a mailed code is good for. */
export const CODE_MINUTES = 10;
/** Tries of one mailed code, and of an app's or backup codes in one challenge. */
export const MOST_TRIES = 5;
// Half-done sign-ins of one person from one network; a further one ends the oldest.
const MOST_OF_NETWORK = 5;

export type NewChallenge = Pick<
  ChallengeRow,
  'person_id' | 'realm' | 'generation' | 'number' | 'remembered'
> & { network: string };

/** Begins a half-done sign-in; its token, of which only the hash is kept. */
export async function createChallenge(db: Db, challenge: NewChallenge): Promise<string> {
  const token = newToken();
  await insert(db, challenge, sql`${sha256(token)}`, sql`null`);
  await db.query(sql`
    delete from challenges
    where id in (
      select id from challenges
      where person_id = ${challenge.person_id} and network = ${challenge.network}
        and session_id is null
      order by number desc
      offset ${MOST_OF_NETWORK})`);
  return token;
}

/** The challenge of a session, made anew. */
export async function createSessionChallenge(
  db: Db,
  challenge: NewChallenge,
  sessionId: string,
): Promise<ChallengeRow> {
  await db.query(sql`delete from challenges where session_id = ${sessionId}`);
  const id = await insert(db, challenge, sql`null`, sql`${sessionId}`);
  const [row] = await select(db, sql`c.id = ${id}`);
  if (!row) throw new Error('a challenge vanished within its transaction');
  return row;
}

async function insert(db: Db, challenge: NewChallenge, token: Sql, session: Sql): Promise<string> {
  const [made] = await db.query<{ id: string }>(sql`
    insert into challenges
      (token_hash, session_id, person_id, realm, generation, number, remembered, network,
       expires_at)
    values (${token}, ${session}, ${challenge.person_id}, ${challenge.realm},
            ${challenge.generation}, ${challenge.number}, ${challenge.remembered},
            ${challenge.network}, now() + ${CHALLENGE_SECONDS} * interval '1 second')
    returning id`);
  return made?.id ?? '';
}

/** A half-done sign-in of this realm; undefined once it is over. */
export async function findChallenge(
  db: Db,
  token: string,
  realm: Realm,
): Promise<ChallengeRow | undefined> {
  const [row] = await select(db, sql`c.token_hash = ${sha256(token)} and c.realm = ${realm}`);
  return row;
}

/** The challenge of a session; undefined when no code was mailed for it. */
export async function findSessionChallenge(
  db: Db,
  sessionId: string,
): Promise<ChallengeRow | undefined> {
  const [row] = await select(db, sql`c.session_id = ${sessionId}`);
  return row;
}

/** Of a raised generation there is none: whatever it was begun with counts no more. */
const select = (db: Db, where: Sql): Promise<ChallengeRow[]> =>
  db.query<ChallengeRow>(sql`
    select c.id, c.person_id, p.email, c.realm, c.generation, c.number, c.remembered
    from challenges c
    join persons p on p.id = c.person_id and p.generation = c.generation
    where ${where} and c.expires_at > now()`);

/** Uses a challenge up; false when somebody else was quicker. */
export async function useChallenge(db: Db, id: string): Promise<boolean> {
  const used = await db.query(sql`
    delete from challenges where id = ${id} and expires_at > now() returning id`);
  return used.length > 0;
}

/** Housekeeping. */
export const sweepChallenges = sql`delete from challenges where expires_at < now()`;
