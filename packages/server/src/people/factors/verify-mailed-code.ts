/** A mailed code finishes a sign-in, or sets codes by mail up as the second factor. */
import type { identityCalls } from '@switchboard/contract';
import { Failure } from '../../failure.ts';
import { withPassword } from '../change.ts';
import { userOf } from '../sessions/enter.ts';
import type { SignedIn, VisitVerb } from '../visit.ts';
import { findSessionChallenge, useChallenge } from './challenge.ts';
import { enableMailedCodes } from './enable-factor.ts';
import { isMailedCode, takeMailedTry } from './mailed-code.ts';
import { secondStep } from './second-step.ts';

type Call = typeof identityCalls.verifyMailedCode;

/** @throws Failure of `secondStep`; with a session also wrong_password, second_factor_conflict */
export const verifyMailedCode: VisitVerb<Call> = ({ code, password }, visit) =>
  visit.session
    ? setUp(code, password, { ...visit, session: visit.session })
    : secondStep(visit, {
        take: (db, { id }) => takeMailedTry(db, id),
        prove: (db, _person, { id }, expected) => isMailedCode(db, visit.keys, id, code, expected),
      });

async function setUp(code: string, password: string | undefined, visit: SignedIn) {
  if (password === undefined)
    throw new Failure('request_invalid', {
      parameter: 'password',
      message: 'password is missing; with a session the code alone changes nothing.',
    });
  const { session, keys } = visit;
  return withPassword(
    visit,
    password,
    async (db, person, { challengeId, expected }) => {
      if (person.two_factor_enabled) throw new Failure('second_factor_conflict');
      if (!(await isMailedCode(db, keys, challengeId, code, expected)))
        throw new Failure('wrong_code');
      if (!(await useChallenge(db, challengeId))) throw new Failure('code_expired');
      await enableMailedCodes(db, visit, person);
      return { user: { ...userOf(person), twoFactorEnabled: true } };
    },
    () =>
      visit.write(async (db) => {
        const challenge = await findSessionChallenge(db, session.id);
        if (!challenge) throw new Failure('code_expired');
        return { challengeId: challenge.id, expected: await takeMailedTry(db, challenge.id) };
      }),
  );
}
