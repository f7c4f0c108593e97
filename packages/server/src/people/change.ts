/**
 * A change of what somebody signs in with, by the password and a session: both are compared again
 * under the person's lock, since they were read before a hash was made.
 */
import { count } from '../attempts/attempt.ts';
import type { Db } from '../database/database.ts';
import type { Changes } from '../events/event.ts';
import { Failure } from '../failure.ts';
import { guess, refusing } from './guess.ts';
import { passwordLimits, raiseLimits } from './limits.ts';
import { verifyPassword } from './passwords/password.ts';
import { holdPerson, loadPerson, type PersonRow, raiseGeneration } from './person.ts';
import { createDevice } from './sessions/device.ts';
import { holdSession, replaceSession } from './sessions/session.ts';
import { recordChange, type SignedIn } from './visit.ts';

/**
 * Runs `work` with the person held, after the password proved right.
 *
 * @param prepare what takes time once the password is known to be right: another hash
 * @throws Failure wrong_password, too_many_failures, no_session
 */
export function withPassword<P, T>(
  visit: SignedIn,
  password: string,
  work: (db: Db, person: PersonRow, prepared: P) => Promise<T>,
  prepare: () => Promise<P>,
): Promise<T> {
  const { session } = visit;
  return refusing(
    guess(visit, {
      email: session.email,
      begin: async (db) => {
        const person = await loadPerson(db, session.person_id);
        const limits = await passwordLimits(db, visit, person.email, person);
        return { limits, personId: person.id, begun: person };
      },
      judge: async ({ id, password_hash, generation }, write) => {
        const right = await verifyPassword(password_hash, password);
        if (!right) throw new Failure('wrong_password');
        const prepared = await prepare();
        return write(async (db) => {
          const person = await holdPerson(db, id);
          await holdSession(db, session);
          if (person.generation !== generation) throw new Failure('wrong_password');
          return work(db, person, prepared);
        });
      },
    }),
    'too_many_writes',
  );
}

/** Nothing to prepare. */
export const atOnce = async (): Promise<undefined> => undefined;

/**
 * The end of a change: the generation is raised, this browser goes on under a new session and
 * device cookie, and the change is recorded.
 *
 * @throws TooManyTries beyond 10 such changes an hour
 */
export async function concludeChange(
  db: Db,
  visit: SignedIn,
  person: PersonRow,
  changes: Changes,
  { replaces }: { replaces: boolean },
): Promise<void> {
  const { session, cookies } = visit;
  await count(db, raiseLimits(person.id));
  const generation = await raiseGeneration(db, person.id);
  if (replaces) cookies.replaceSession(await replaceSession(db, session), session.remembered);
  cookies.putDevice(await createDevice(db, { ...person, generation }, cookies.device));
  await recordChange(db, visit, person.id, changes);
}
