// People's passwords, hashed with argon2id. One hash takes 19 MiB and about 7 ms of one core, so
// few run at once in this process. Callers hold no transaction while they hash, and take their turn
// in `hashing` first, so that nobody's line is another's wait.

import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { Turns } from '../../attempts/turns.ts';

// OWASP Password Storage Cheat Sheet: argon2id, m = 19 MiB, t = 2, p = 1. The package's enum is
// `const`, hence not importable as a value under isolatedModules: 2 is Algorithm.Argon2id.
// Exported for tests, which make thousands.
export const hashCost = {
  algorithm: 2 as Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

/**
 * Whoever hashes takes a turn here first, before anything is read that the hash is compared with:
 * what is read in a turn is a few hashes old at most. More run at once than hash, since they also
 * wait for the database.
 */
export const hashing = new Turns({ atOnce: 6, most: 500 });

const inTurn = turns(2);

/**
 * Hashes a password for `persons.password_hash`, with a fresh 16-byte salt.
 *
 * Nothing is judged or normalised here: length and composition belong to the caller's schema, and
 * the text is hashed as its UTF-8 bytes.
 *
 * @param password the password as the person typed it, well-formed Unicode of any length
 * @returns a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, 97 characters
 * @throws never for a string; what the native library throws (out of memory) is passed on
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, hashCost));
}

/**
 * Says whether a password is the one that was hashed.
 *
 * A sign-in of a person who does not exist, or who has no password, must take as long as a wrong
 * password: pass undefined, and what was typed is hashed for nothing.
 *
 * @param storedHash the PHC string from the database, whose own parameters are used; undefined
 *   where there is none
 * @param password the password as the person typed it
 * @returns true when they match; false when they do not, and for a hash that is no argon2 PHC
 *   string (empty, cut short, of another kind): a broken row lets nobody in and is no error
 * @throws never
 */
export async function verifyPassword(
  storedHash: string | null | undefined,
  password: string,
): Promise<boolean> {
  if (storedHash) return inTurn(() => verify(storedHash, password)).catch(() => false);
  await hashPassword(password);
  return false;
}

/**
 * A queue in memory: work is started in the order in which it was handed in.
 *
 * @param atOnce how many may run at the same time, at least 1
 * @returns a function that runs work when its turn has come and settles as the work does; work that
 *   fails gives its place back too
 */
export function turns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running < atOnce) running += 1;
    // Whoever ends hands its place to the first in the queue, so `running` does not change.
    else await new Promise<void>((start) => waiting.push(start));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
