/** A mailed link for a new password: its row, and what its page shows. */
import type { PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { newToken, sha256 } from '../../secret.ts';
import { RESET_MINUTES } from '../letters.ts';
import { listOpened } from '../opened.ts';
import type { VisitVerb } from '../visit.ts';

/** A new link beside those that are good: its token, of which only the hash is kept. */
export async function createReset(db: Db, personId: string): Promise<string> {
  const token = newToken('swb_pr_');
  await db.query(sql`
    insert into password_resets (token_hash, person_id, expires_at)
    values (${sha256(token)}, ${personId}, now() + ${RESET_MINUTES} * interval '1 minute')`);
  return token;
}

/**
 * Whose link it is.
 *
 * @throws Failure link_over for one that was used, has expired, or never was
 */
export async function loadReset(
  db: Db,
  token: string,
): Promise<{ person_id: string; email: string; name: string }> {
  const [row] = await db.query<{ person_id: string; email: string; name: string }>(sql`
    select r.person_id, p.email, p.name
    from password_resets r
    join persons p on p.id = r.person_id
    where r.token_hash = ${sha256(token)} and r.expires_at > now()`);
  if (!row) throw new Failure('link_over');
  return row;
}

/**
 * Uses a link up, and every other one of the person with it: it sets a password.
 *
 * @throws Failure link_over
 */
export async function useReset(db: Db, token: string, personId: string): Promise<void> {
  const used = await db.query(sql`
    delete from password_resets
    where token_hash = ${sha256(token)} and person_id = ${personId} and expires_at > now()
    returning person_id`);
  if (used.length === 0) throw new Failure('link_over');
  await endResets(db, personId);
}

/** Whoever sets a password by a mailed link voids every other link for a new one. */
export async function endResets(db: Db, personId: string): Promise<void> {
  await db.query(sql`delete from password_resets where person_id = ${personId}`);
}

/**
 * What the link's page shows.
 *
 * @throws Failure link_over
 */
export const getPasswordReset: VisitVerb<PageCalls['getPasswordReset']> = ({ token }, { read }) =>
  read(async (db) => {
    const { person_id, email } = await loadReset(db, token);
    return { email, memberships: await listOpened(db, person_id) };
  });

/** Housekeeping. */
export const sweepResets = sql`delete from password_resets where expires_at < now()`;
