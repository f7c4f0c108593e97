/**
 * The second step of a sign-in, whatever is proved in it. The challenge holds what the first step
 * saw; if a cut or a new generation came between, there is no session.
 */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { guess } from '../guess.ts';
import { codeLimits } from '../limits.ts';
import { holdPerson, loadPerson, type PersonRow } from '../person.ts';
import { requireAdmission } from '../sessions/admission.ts';
import { enterRealm, type User, userOf } from '../sessions/enter.ts';
import type { Visit } from '../visit.ts';
import { type ChallengeRow, findChallenge, MOST_TRIES, useChallenge } from './challenge.ts';

export type Step<T> = {
  /** Takes a try of what is guessed; it stays taken. */
  take(db: Db, challenge: ChallengeRow): Promise<T>;
  /** Whether what was sent is right; uses it up. */
  prove(db: Db, person: PersonRow, challenge: ChallengeRow, taken: T): Promise<boolean>;
};

/** @throws Failure challenge_expired, wrong_code, code_expired, too_many_failures, or admission's */
export async function secondStep<T>(visit: Visit, step: Step<T>): Promise<{ user: User }> {
  const { id, email } = await visit.read((db) => requireChallenge(db, visit));
  return endingIfOver(visit, id, proceed(visit, step, email));
}

/** A sign-in that can let nobody in any more, now or after switching on, leaves nothing behind. */
export async function endingIfOver<T>(visit: Visit, id: string, work: Promise<T>): Promise<T> {
  return work.catch(async (error: unknown) => {
    const isOver = error instanceof Failure && admissionFailures.has(error.code);
    if (isOver) await visit.write((db) => useChallenge(db, id));
    throw error;
  });
}

const admissionFailures = new Set<string>([
  'account_disabled',
  'sign_in_again',
  'other_server',
  'no_account',
  'not_a_member',
  'partner_suspended',
]);

function proceed<T>(visit: Visit, step: Step<T>, email: string): Promise<{ user: User }> {
  return guess(visit, {
    email,
    begin: async (db) => {
      const challenge = await requireChallenge(db, visit);
      const { person_id, number } = challenge;
      await requireAdmission(db, { ...visit, personId: person_id, number }, visit.addressOf);
      const person = await loadPerson(db, person_id);
      const limits = await codeLimits(db, visit, person);
      const taken = await step.take(db, challenge);
      return { limits, personId: person_id, begun: { challenge, taken } };
    },
    judge: async ({ challenge, taken }, write) =>
      write(async (db) => {
        const person = await holdPerson(db, challenge.person_id);
        if (person.generation !== challenge.generation) throw new Failure('challenge_expired');
        const right = await step.prove(db, person, challenge, taken);
        if (!right) throw new Failure('wrong_code');
        // Of two right answers at once the second finds it used.
        if (!(await useChallenge(db, challenge.id))) throw new Failure('challenge_expired');
        const { number, remembered } = challenge;
        await requireAdmission(db, { ...visit, personId: person.id, number }, visit.addressOf);
        await enterRealm(db, visit, person, { number, remembered });
        return { user: userOf(person) };
      }),
    blocked: ({ challenge }) => visit.letters.safety(challenge.person_id, { what: 'wrong_codes' }),
  });
}

/** @throws Failure challenge_expired */
export async function requireChallenge(db: Db, { cookies, realm }: Visit): Promise<ChallengeRow> {
  const challenge =
    cookies.challenge === undefined ? undefined : await findChallenge(db, cookies.challenge, realm);
  if (!challenge) throw new Failure('challenge_expired');
  return challenge;
}

/**
 * Takes one of the challenge's five tries of an app's or backup code.
 *
 * @throws Failure code_expired
 */
export async function takeTry(db: Db, { id }: ChallengeRow): Promise<void> {
  const taken = await db.query(sql`
    update challenges set tries = tries + 1
    where id = ${id} and tries < ${MOST_TRIES}
    returning id`);
  if (taken.length === 0) throw new Failure('code_expired');
}
