/** A new password by a mailed link, which outranks whatever else was proved. */
import type { identityCalls } from '@switchboard/contract';
import { networkOf } from '../../attempts/network.ts';
import { raiseGeneration, setPassword } from '../person.ts';
import { createDevice } from '../sessions/device.ts';
import { endOtherSessions } from '../sessions/end-session.ts';
import { proveAddress, provedOf, withPerson } from '../takeover.ts';
import { recordChange, recorderOf, type VisitVerb } from '../visit.ts';
import { hashing, hashPassword } from './password.ts';
import { loadReset, useReset } from './password-reset.ts';
import { requireGoodPassword } from './password-rule.ts';

/**
 * Sets the password; every session and half-done sign-in of before is over. Judged by the link's
 * row alone, under the person's lock.
 *
 * @throws Failure link_over, password_invalid; QueueFull
 */
export const resetPassword: VisitVerb<typeof identityCalls.resetPassword> = async (
  { token, newPassword, memberships },
  visit,
) => {
  const { person_id, ...owner } = await visit.read((db) => loadReset(db, token));
  await requireGoodPassword(newPassword, owner, 'newPassword');
  const passwordHash = await hashing.take(networkOf(visit.address), false, () =>
    hashPassword(newPassword),
  );
  await withPerson(visit.write, person_id, undefined, async (db, person) => {
    await useReset(db, token, person_id);
    const proof = await proveAddress(db, visit, person, memberships);
    await setPassword(db, person_id, passwordHash);
    await endOtherSessions(db, recorderOf(visit, person_id), person_id, undefined);
    const generation = await raiseGeneration(db, person_id);
    const device = await createDevice(db, { ...person, generation }, visit.cookies.device);
    visit.cookies.putDevice(device);
    await recordChange(db, visit, person_id, { password: { from: null, to: 'set' } });
    visit.letters.safety(person_id, proof ? provedOf(proof) : { what: 'password_set' });
  });
  return { status: true };
};
