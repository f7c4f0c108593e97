/** The first step of a sign-in: e-mail and password. */
import type { identityCalls } from '@switchboard/contract';
import { Failure } from '../../failure.ts';
import { guess } from '../guess.ts';
import { passwordLimits } from '../limits.ts';
import { verifyPassword } from '../passwords/password.ts';
import { findPersonByEmail, holdPerson } from '../person.ts';
import type { VisitVerb } from '../visit.ts';
import { drawNumber } from './enter.ts';
import { proceed } from './proceed.ts';

/**
 * Signs in, or, where there is a second factor, begins a challenge. Whoever does not exist costs a
 * hash and fails in the same words.
 *
 * @throws Failure wrong_credentials, too_many_failures, or what admission says
 */
export const signIn: VisitVerb<typeof identityCalls.signIn> = (input, visit) =>
  guess(visit, {
    email: input.email,
    begin: async (db) => {
      // The number first: whatever is cut from here on shuts this sign-in out.
      const number = await drawNumber(db);
      const person = await findPersonByEmail(db, input.email);
      const limits = await passwordLimits(db, visit, input.email, person);
      return { limits, personId: person?.id, begun: { number, person } };
    },
    judge: async ({ number, person }, write) => {
      let read = person;
      // Somebody may have set another password while this one was hashed: read once more.
      for (let again = false; ; again = true) {
        const right = await verifyPassword(read?.password_hash, input.password);
        if (!read || !right) throw new Failure('wrong_credentials');
        const { id, generation } = read;
        const answer = await write(async (db) => {
          const now = await holdPerson(db, id);
          read = now;
          const arrival = { number, remembered: input.rememberMe ?? true };
          return now.generation === generation ? proceed(db, visit, now, arrival) : undefined;
        });
        if (answer) return answer;
        if (again) throw new Failure('wrong_credentials');
      }
    },
  });
