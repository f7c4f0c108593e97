/** A person's own sessions: looked at, and ended. */
import type { identityCalls, PageAnswer, PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { SHOWN_NAME } from '../../agents/arrival.ts';
import { count } from '../../attempts/attempt.ts';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { refusing } from '../guess.ts';
import { raiseLimits } from '../limits.ts';
import { holdPerson, loadPerson, raiseGeneration } from '../person.ts';
import { recorderOf, type SignedIn, type VisitVerb } from '../visit.ts';
import { createDevice } from './device.ts';
import { endOtherSessions, endSession } from './end-session.ts';
import { userOf } from './enter.ts';
import { holdSession, type SessionRow } from './session.ts';

type SessionShown = PageAnswer<typeof identityCalls.listSessions>[number];

export const getSession: VisitVerb<typeof identityCalls.getSession> = async (_input, visit) => {
  const { session } = visit;
  if (!session) return null;
  const { person, name } = await visit.read(async (db) => ({
    person: await loadPerson(db, session.person_id),
    name: await nameByLink(db, session),
  }));
  const user = name === undefined ? userOf(person) : { ...unknownOf(session), name };
  return { session: sessionToWire(session), user };
};

/** What a session by link learns of its person: no more than the account that it is for shows. */
async function nameByLink(db: Db, session: SessionRow): Promise<string | undefined> {
  if (session.link_server === null) return undefined;
  const [agent] = await db.query<{ name: string }>(sql`
    select ${SHOWN_NAME} as name
    from agents g
    where g.server = ${session.link_server} and g.account_id = ${session.link_account_id}
      and g.person_id = ${session.person_id}`);
  return agent?.name ?? '';
}

const unknownOf = ({ person_id, email, created_at }: SessionRow) => ({
  email,
  id: person_id,
  image: null,
  emailVerified: false,
  twoFactorEnabled: false,
  createdAt: created_at.toISOString(),
  updatedAt: created_at.toISOString(),
});

/** The live sessions by password, of every realm. */
export const listSessions: VisitVerb<typeof identityCalls.listSessions> = async (
  _input,
  { read, session },
) => {
  const rows = await read((db) =>
    db.query<SessionRow>(sql`
      select id, person_id, ip_address, user_agent, created_at, expires_at
      from sessions
      where person_id = ${session.person_id} and expires_at > now() and link_server is null
      order by created_at`),
  );
  return rows.map(sessionToWire);
};

/** Ends the session that the cookies carry, whichever kind it is; nothing else is needed. */
export const signOut: VisitVerb<typeof identityCalls.signOut> = async (_input, visit) => {
  const { session } = visit;
  if (session)
    await visit.write(async (db) => {
      const { person_id, id } = session;
      await endSession(db, recorderOf(visit, person_id), person_id, id);
    });
  visit.cookies.clearSessions();
  return { success: true };
};

/** @throws Failure not_found for what is not the id of one of the caller's own sessions */
export const revokeSession: VisitVerb<typeof identityCalls.revokeSession> = async (
  { token },
  visit,
) => {
  await endOneSession(visit, token);
  return { status: true };
};

/** Ends every session of the caller, this one too. */
export const revokeSessions: VisitVerb<typeof identityCalls.revokeSessions> = async (
  _input,
  visit,
) => {
  const { session } = visit;
  await refusing(
    visit.write(async (db) => {
      await holdPerson(db, session.person_id);
      await holdSession(db, session);
      await count(db, raiseLimits(session.person_id));
      const recorder = recorderOf(visit, session.person_id);
      await endOtherSessions(db, recorder, session.person_id, undefined);
      await raiseGeneration(db, session.person_id);
    }),
    'too_many_writes',
  );
  visit.cookies.clearSessions();
  return { status: true };
};

/**
 * Signs out every browser of the caller but this one.
 *
 * @throws Failure no_session, too_many_writes
 */
export const removeOtherDevices: VisitVerb<PageCalls['removeOtherDevices']> = (_input, visit) => {
  const { session, cookies } = visit;
  return refusing(
    visit.write(async (db) => {
      const person = await holdPerson(db, session.person_id);
      await holdSession(db, session);
      await count(db, raiseLimits(person.id));
      const recorder = recorderOf(visit, person.id);
      const signed_out = await endOtherSessions(db, recorder, person.id, session.id);
      const generation = await raiseGeneration(db, person.id);
      cookies.putDevice(await createDevice(db, { ...person, generation }, cookies.device));
      return { signed_out };
    }),
    'too_many_writes',
  );
};

/** Signs out one browser of the caller. @throws Failure no_session, not_found */
export const removeDevice: VisitVerb<PageCalls['removeDevice']> = async ({ id }, visit) => {
  await endOneSession(visit, id);
  return {};
};

function endOneSession(visit: SignedIn, id: string): Promise<void> {
  const { session } = visit;
  return visit.write(async (db) => {
    // The person first: two browsers that end each other would wait for one another.
    await holdPerson(db, session.person_id);
    await holdSession(db, session);
    const recorder = recorderOf(visit, session.person_id);
    const ended = await endSession(db, recorder, session.person_id, id);
    if (!ended) throw new Failure('not_found');
  });
}

const sessionToWire = (
  row: Pick<
    SessionRow,
    'id' | 'person_id' | 'created_at' | 'expires_at' | 'ip_address' | 'user_agent'
  >,
): SessionShown => ({
  expiresAt: row.expires_at.toISOString(),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.created_at.toISOString(),
  ipAddress: row.ip_address ?? '',
  userAgent: row.user_agent ?? '',
  userId: row.person_id,
  id: row.id,
});
