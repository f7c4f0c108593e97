/** The end of every sign-in: the session, its cookies, the record of it. */
import type { identityCalls, PageAnswer } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { count, TooManyTries } from '../../attempts/attempt.ts';
import type { Db } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import { deviceLetterLimits } from '../limits.ts';
import type { PersonRow } from '../person.ts';
import { recorderOf, type Visit } from '../visit.ts';
import { createDevice, isDeviceOf } from './device.ts';
import { endSentSessions } from './end-session.ts';
import { createSession } from './session.ts';

export type User = NonNullable<PageAnswer<typeof identityCalls.getSession>>['user'];

/** The number of a sign-in that begins: cuts that come after it are greater. */
export async function drawNumber(db: Db): Promise<number> {
  const [row] = await db.query<{ number: number }>(sql`
    select nextval('entry_numbers') as number`);
  return row?.number ?? 0;
}

export type Arrived = {
  /** Drawn when the sign-in began. */
  number: number;
  remembered: boolean;
  /** The browser's device cookie was made, and the person told, in this very transaction. */
  isKnown?: true;
};

/**
 * Makes the session of a sign-in whose every step was proved under the generation of `person`, who
 * is held. The browser's earlier session ends; an unknown browser is told by mail, but
 * for the very first sign-in.
 */
export async function enterRealm(
  db: Db,
  visit: Visit,
  person: PersonRow,
  { number, remembered, isKnown }: Arrived,
): Promise<void> {
  const { realm, cookies, address, userAgent } = visit;
  const recorder = recorderOf(visit, person.id);
  await endSentSessions(
    db,
    recorder,
    cookies.sessions.map(({ token }) => token),
    realm,
  );
  const personId = person.id;
  const token = await createSession(db, recorder, {
    personId,
    realm,
    number,
    remembered,
    address,
    userAgent,
  });
  const known = isKnown ?? (await isDeviceOf(db, cookies.device, person));
  const first = await isFirstSignIn(db, personId);
  if (!known && !first && (await mayTell(db, person)))
    visit.letters.safety(personId, { what: 'new_device' });
  if (realm === 'console')
    await db.query(sql`
      update persons set console_signed_in_at = now() where id = ${personId}`);
  const device = known ? undefined : await createDevice(db, person, undefined);
  await record(db, recorder, {
    type: 'person.signed_in',
    partnerId: null,
    subject: personId,
  });
  cookies.putSession(token, remembered);
  if (device !== undefined) cookies.putDevice(device);
}

/** Also notes that it was. Known browsers are forgotten with each generation; this is not. */
async function isFirstSignIn(db: Db, personId: string): Promise<boolean> {
  const first = await db.query(sql`
    update persons set first_signed_in_at = now()
    where id = ${personId} and first_signed_in_at is null
    returning id`);
  return first.length > 0;
}

/** Whoever named somebody and knows the password could mail them without end. */
async function mayTell(db: Db, person: PersonRow): Promise<boolean> {
  try {
    await count(db, deviceLetterLimits(person));
    return true;
  } catch (error) {
    // One limit, so what it refused has written nothing.
    if (error instanceof TooManyTries) return false;
    throw error;
  }
}

/** The person as the answers of identity show them. */
export const userOf = (person: PersonRow): User => ({
  name: person.name,
  email: person.email,
  emailVerified: person.email_proved_at !== null,
  image: null,
  createdAt: person.created_at.toISOString(),
  updatedAt: person.updated_at.toISOString(),
  twoFactorEnabled: person.two_factor_enabled,
  id: person.id,
});
