/** A code by mail: six digits that belong to one challenge, good for ten minutes and five tries. */
import { randomInt, timingSafeEqual } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { codeHmac, codeHmacs, type IdentityKeys } from '../keys.ts';
import { CODE_MINUTES, MOST_TRIES } from './challenge.ts';

const DIGITS = 6;

/**
 * A challenge's new code, in place of the one before.
 *
 * @throws Failure challenge_expired when it was used up meanwhile, or is too old
 */
export async function newMailedCode(
  db: Db,
  keys: IdentityKeys,
  challengeId: string,
): Promise<string> {
  const code = String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
  const changed = await db.query(sql`
    update challenges
    set code_hmac = ${codeHmac(keys, challengeId, code)}, code_tries = 0,
        code_expires_at = now() + ${CODE_MINUTES} * interval '1 minute',
        expires_at = greatest(expires_at, now() + ${CODE_MINUTES} * interval '1 minute')
    where id = ${challengeId} and expires_at > now()
    returning id`);
  if (changed.length === 0) throw new Failure('challenge_expired');
  return code;
}

/**
 * Takes one of the code's five tries, which stays taken whatever comes of it.
 *
 * @returns what the code is compared with
 * @throws Failure code_expired where no code was mailed, it is too old, or was tried five times
 */
export async function takeMailedTry(db: Db, challengeId: string): Promise<Buffer> {
  const [row] = await db.query<{ code_hmac: Buffer }>(sql`
    update challenges
    set code_tries = code_tries + 1
    where id = ${challengeId} and code_expires_at > now() and code_tries < ${MOST_TRIES}
    returning code_hmac`);
  if (!row) throw new Failure('code_expired');
  return row.code_hmac;
}

/**
 * Whether a typed code is the challenge's. Asked under the person's lock, since codes are replaced
 * under it. Whether the challenge is still there is for `useChallenge` to say.
 *
 * @param expected of `takeMailedTry`
 * @throws Failure code_expired when a new letter replaced the code, or it became too old
 */
export async function isMailedCode(
  db: Db,
  keys: IdentityKeys,
  challengeId: string,
  code: string,
  expected: Buffer,
): Promise<boolean> {
  const [now] = await db.query<{ is_current: boolean }>(sql`
    select code_hmac = ${expected} and code_expires_at > now() as is_current
    from challenges
    where id = ${challengeId}`);
  if (now && !now.is_current) throw new Failure('code_expired');
  return codeHmacs(keys, challengeId, code).some((hmac) => timingSafeEqual(hmac, expected));
}
