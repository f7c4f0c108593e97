// People's passwords, hashed with argon2id. One hash takes 19 MiB and about 7 ms of one core, so
// at most two run at once in this process; the others wait in order of arrival. Callers hold no
// transaction while they wait.

import { type Algorithm, hash, verify } from '@node-rs/argon2';

// OWASP Password Storage Cheat Sheet: argon2id, m = 19 MiB, t = 2, p = 1. The package's enum is
// `const`, hence not importable as a value under isolatedModules: 2 is Algorithm.Argon2id.
const parameters = {
  algorithm: 2 as Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

const inTurn = turns(2);

/**
 * Hashes a password for `identities.password`, with a fresh 16-byte salt.
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
  return inTurn(() => hash(password, parameters));
}

/**
 * Says whether a password is the one that was hashed.
 *
 * A sign-in of a person who does not exist, or who has no password, must take as long as a wrong
 * password: call `hashPassword` on what was typed, drop the result and answer the same words. It
 * costs the same and waits in the same queue (better-auth 1.7.25 does just that in `/sign-in/email`
 * with the functions it is given), so there is no dummy hash to keep in step with the parameters.
 *
 * @param storedHash the PHC string from the database; its own parameters are used
 * @param password the password as the person typed it
 * @returns true when they match; false when they do not, and for a hash that is no argon2 PHC
 *   string (empty, cut short, of another kind): a broken row lets nobody in and is no error
 * @throws never
 */
export function verifyPassword(storedHash: string, password: string): Promise<boolean> {
  return inTurn(() => verify(storedHash, password)).catch(() => false);
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
