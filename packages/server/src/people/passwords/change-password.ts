/** A new password, by somebody who is signed in and knows the old one. */
import type { identityCalls } from '@switchboard/contract';
import { concludeChange, withPassword } from '../change.ts';
import { loadPerson, setPassword } from '../person.ts';
import { endOtherSessions } from '../sessions/end-session.ts';
import { userOf } from '../sessions/enter.ts';
import { recorderOf, type VisitVerb } from '../visit.ts';
import { hashPassword } from './password.ts';
import { requireGoodPassword } from './password-rule.ts';

/**
 * `revokeOtherSessions` signs out every other browser, and puts this one under a new session.
 *
 * @throws Failure password_invalid, wrong_password, too_many_failures, too_many_writes, no_session
 */
export const changePassword: VisitVerb<typeof identityCalls.changePassword> = async (
  { currentPassword, newPassword, revokeOtherSessions = false },
  visit,
) => {
  const { session } = visit;
  const { name, email } = await visit.read((db) => loadPerson(db, session.person_id));
  await requireGoodPassword(newPassword, { name, email }, 'newPassword');
  return withPassword(
    visit,
    currentPassword,
    async (db, person, passwordHash) => {
      await setPassword(db, person.id, passwordHash);
      if (revokeOtherSessions)
        await endOtherSessions(db, recorderOf(visit, person.id), person.id, session.id);
      const changes = { password: { from: null, to: 'set' } };
      await concludeChange(db, visit, person, changes, { replaces: revokeOtherSessions });
      visit.letters.safety(person.id, { what: 'password_set' });
      return { user: userOf(person) };
    },
    () => hashPassword(newPassword),
  );
};
