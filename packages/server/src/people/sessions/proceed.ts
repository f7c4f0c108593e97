/** What follows where a password was proved, or chosen by a mailed link. */
import { networkOf } from '../../attempts/network.ts';
import type { Db } from '../../database/database.ts';
import { createChallenge } from '../factors/challenge.ts';
import type { PersonRow } from '../person.ts';
import { recorderOf, type Visit } from '../visit.ts';
import { requireAdmission } from './admission.ts';
import { endSentSessions } from './end-session.ts';
import { type Arrived, enterRealm, userOf } from './enter.ts';

/**
 * The session of a person who is held, or, where there is a second factor, the challenge before it.
 *
 * @throws Failure what admission says; nothing is written then
 */
export async function proceed(db: Db, visit: Visit, person: PersonRow, arrived: Arrived) {
  const { realm, cookies, addressOf } = visit;
  const { number, remembered } = arrived;
  await requireAdmission(db, { personId: person.id, realm, number }, addressOf);
  if (!person.two_factor_enabled) {
    await enterRealm(db, visit, person, arrived);
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
    remembered,
    network: networkOf(visit.address),
  });
  cookies.putChallenge(token);
  const methods = person.has_app ? (['totp', 'otp'] as const) : (['otp'] as const);
  return { twoFactorRedirect: true as const, twoFactorMethods: [...methods] };
}
