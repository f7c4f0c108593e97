/** The first step of a sign-in: e-mail and password. */
import type { identityCalls } from '@switchboard/contract';
import { networkOf } from '../../attempts/network.ts';
import { Failure } from '../../failure.ts';
import { createChallenge } from '../factors/challenge.ts';
import { guess } from '../guess.ts';
import { passwordLimits } from '../limits.ts';
import { verifyPassword } from '../passwords/password.ts';
import { findPersonByEmail, holdPerson, type PersonRow } from '../person.ts';
import { recorderOf, type Visit, type VisitVerb, type Write } from '../visit.ts';
import { requireAdmission } from './admission.ts';
import { endSentSessions } from './end-session.ts';
import { drawNumber, enterRealm, userOf } from './enter.ts';

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
          return now.generation === generation ? proceed(db, visit, input, now, number) : undefined;
        });
        if (answer) return answer;
        if (again) throw new Failure('wrong_credentials');
      }
    },
  });

/** The password was right and is still the person's. */
async function proceed(
  db: Parameters<Parameters<Write>[0]>[0],
  visit: Visit,
  { rememberMe = true }: { rememberMe?: boolean | undefined },
  person: PersonRow,
  number: number,
) {
  const { realm, cookies, addressOf } = visit;
  await requireAdmission(db, { personId: person.id, realm, number }, addressOf);
  if (!person.two_factor_enabled) {
    await enterRealm(db, visit, person, { number, remembered: rememberMe });
    return { redirect: false as const, user: userOf(person) };
  }
  await endSentSessions(
    db,
    recorderOf(visit, person.id),
    cookies.sessions.map(({ token }) => token),
    realm,
  );
  const token = await createChallenge(db, {
    person_id: person.id,
    realm,
    generation: person.generation,
    number,
    remembered: rememberMe,
    network: networkOf(visit.address),
  });
  cookies.putChallenge(token);
  const methods = person.has_app ? (['totp', 'otp'] as const) : (['otp'] as const);
  return { twoFactorRedirect: true as const, twoFactorMethods: [...methods] };
}
