/** A code is mailed: to finish a sign-in, or, with a session, to set codes by mail up. */
import type { identityCalls } from '@switchboard/contract';
import { count } from '../../attempts/attempt.ts';
import { networkOf } from '../../attempts/network.ts';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { asking } from '../asking.ts';
import { refusing } from '../guess.ts';
import { codeLetterLimits } from '../limits.ts';
import { holdPerson } from '../person.ts';
import { requireAdmission } from '../sessions/admission.ts';
import { holdSession, type SessionRow } from '../sessions/session.ts';
import type { Visit, VisitVerb } from '../visit.ts';
import { type ChallengeRow, createSessionChallenge } from './challenge.ts';
import { newMailedCode } from './mailed-code.ts';
import { endingIfOver, requireChallenge } from './second-step.ts';

/**
 * Nothing is mailed where the sign-in could not go on.
 *
 * @throws Failure challenge_expired, second_factor_conflict, too_many_failures, admission's; QueueFull
 */
export const sendCode: VisitVerb<typeof identityCalls.sendCode> = async (_input, visit) => {
  // Whoever asks has proved a password: before those who ask for a new one without any proof.
  const sent = () => asking.take(networkOf(visit.address), true, () => send(visit));
  if (visit.session) return sent();
  const { id } = await visit.read((db) => requireChallenge(db, visit));
  return endingIfOver(visit, id, sent());
};

async function send(visit: Visit) {
  const { personId, code } = await refusing(
    visit.write(async (db) => {
      const { session } = visit;
      const challenge = session
        ? await challengeOf(db, visit, session)
        : await requireChallenge(db, visit);
      const person = await holdPerson(db, challenge.person_id);
      if (person.generation !== challenge.generation) throw new Failure('challenge_expired');
      if (!session) {
        if (!person.two_factor_enabled) throw new Failure('second_factor_conflict');
        const { number } = challenge;
        await requireAdmission(db, { ...visit, personId: person.id, number }, visit.addressOf);
      }
      await count(db, await codeLetterLimits(db, visit, person));
      return { personId: person.id, code: await newMailedCode(db, visit.keys, challenge.id) };
    }),
  );
  visit.letters.code(personId, code);
  return { status: true as const };
}

async function challengeOf(db: Db, visit: Visit, session: SessionRow): Promise<ChallengeRow> {
  const person = await holdPerson(db, session.person_id);
  await holdSession(db, session);
  const { number, remembered, realm } = session;
  const { generation } = person;
  const network = networkOf(visit.address);
  const begun = { person_id: person.id, realm, generation, number, remembered, network };
  return createSessionChallenge(db, begun, session.id);
}
