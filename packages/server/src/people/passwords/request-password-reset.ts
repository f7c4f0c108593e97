/** A link for a new password is asked for. */
import type { identityCalls } from '@switchboard/contract';
import { count, TooManyTries } from '../../attempts/attempt.ts';
import { networkOf } from '../../attempts/network.ts';
import { asking } from '../asking.ts';
import { resetLetterLimits, resetRequestLimits } from '../limits.ts';
import { findPersonByEmail } from '../person.ts';
import { siteOf, type Visit, type VisitVerb } from '../visit.ts';
import { createReset } from './password-reset.ts';

/**
 * Answers the same whoever exists and whatever limit is reached: a link that was mailed before is
 * good for its hour.
 */
export const requestPasswordReset: VisitVerb<typeof identityCalls.requestPasswordReset> = async (
  { email },
  visit,
) => {
  const made = await asking
    .take(networkOf(visit.address), false, () => makeLink(email, visit))
    .catch((error: unknown) => {
      if (!(error instanceof TooManyTries)) throw error;
    });
  if (made)
    visit.letters.resetLink(made.personId, `${siteOf(visit)}/reset-password?token=${made.token}`);
  return {
    status: true,
    message: 'If this email exists in our system, check your email for the reset link',
  };
};

async function makeLink(email: string, visit: Visit) {
  // Counted by itself: where a letter too many undid it, an address would learn who exists.
  await visit.write((db) => count(db, resetRequestLimits(visit)));
  return visit.write(async (db) => {
    const person = await findPersonByEmail(db, email);
    if (!person) return undefined;
    await count(db, await resetLetterLimits(db, visit, person));
    return { personId: person.id, token: await createReset(db, person.id) };
  });
}
