/**
 * Device cookies: a browser that completed a sign-in of a person is told from strangers, so that
 * their failed tries do not use up the person's own. Such a cookie opens nothing.
 */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { newToken, sha256 } from '../../secret.ts';

/** Seconds that browsers keep the cookie. */
export const DEVICE_SECONDS = 365 * 24 * 3600;
const MOST_OF_PERSON = 50;
const MARK_LENGTH = 12;

/**
 * A browser's new cookie, in place of the one it sent.
 *
 * @returns its value
 */
export async function createDevice(
  db: Db,
  person: { id: string; email: string; generation: number },
  sent: string | undefined,
): Promise<string> {
  const value = `${markOf(person.email)}.${newToken()}`;
  if (sent !== undefined)
    await db.query(sql`
      delete from device_cookies
      where token_hash = ${sha256(sent)} and person_id = ${person.id}`);
  await db.query(sql`
    insert into device_cookies (token_hash, person_id, generation)
    values (${sha256(value)}, ${person.id}, ${person.generation})`);
  await db.query(sql`
    delete from device_cookies
    where token_hash in (
      select token_hash from device_cookies
      where person_id = ${person.id}
      order by created_at desc
      offset ${MOST_OF_PERSON})`);
  return value;
}

/** Whether a browser is known to be this person's, under the generation in force. */
export async function isDeviceOf(
  db: Db,
  value: string | undefined,
  person: { id: string; generation: number },
): Promise<boolean> {
  if (value === undefined) return false;
  const known = await db.query(sql`
    select from device_cookies
    where token_hash = ${sha256(value)} and person_id = ${person.id}
      and generation = ${person.generation}`);
  return known.length > 0;
}

/**
 * Whether a cookie (its signature proved) was made for that address: good enough to go first in a
 * queue, before the database is asked.
 */
export const isMarkedFor = (value: string | undefined, email: string): boolean =>
  value?.startsWith(`${markOf(email)}.`) ?? false;

const markOf = (email: string): string =>
  sha256(email.toLowerCase()).toString('base64url').slice(0, MARK_LENGTH);
