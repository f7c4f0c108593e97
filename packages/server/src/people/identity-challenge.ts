/**
 * Half-done sign-ins: the password was right, the second factor is not given yet. The library keeps
 * them in `verifications`, beside reset tokens and trusted devices.
 */
import { createHash, createHmac } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

export type Challenge = { person_id: string; email: string };

/** Whose half-done sign-in it is; undefined once it is over. */
export async function findChallenge(db: Db, identifier: string): Promise<Challenge | undefined> {
  const [row] = await db.query<Challenge>(sql`
    select p.id as person_id, p.email
    from verifications v
    join persons p on p.id::text = v.value
    where v.identifier = ${hashed(identifier)} and v.expires_at > now()`);
  return row;
}

/** Drops the person's reset tokens, half-done sign-ins and trusted devices. */
export async function forgetHalfDone(db: Db, personId: string): Promise<void> {
  await db.query(sql`delete from verifications where value = ${personId}`);
}

/** No second factor is left that a mail could answer. */
export async function forgetCodeAddress(db: Db, personId: string): Promise<void> {
  await db.query(sql`update persons set two_factor_email = null where id = ${personId}`);
}

/**
 * A trusted device's cookie holds a proof made with the key of its day, `proof!identifier`; after
 * that key was rotated, this is the value with a proof of the one in force.
 */
export async function renewTrust(db: Db, value: string, secret: string): Promise<string> {
  const identifier = value.slice(value.indexOf('!') + 1);
  const owner = await findChallenge(db, identifier);
  const proof = createHmac('sha256', secret).update(`${owner?.person_id}!${identifier}`);
  return `${proof.digest('base64url')}!${identifier}`;
}

/** As the library stores identifiers. */
const hashed = (identifier: string): string =>
  createHash('sha256').update(identifier).digest('base64url');
