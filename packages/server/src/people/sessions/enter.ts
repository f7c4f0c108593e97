/** The end of every sign-in: the session, its cookies, the record of it. */
import type { identityCalls, PageAnswer } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { record } from '../../events/event.ts';
import type { PersonRow } from '../person.ts';
import { recorderOf, type Visit } from '../visit.ts';
import { createDevice, hasDevices, isDeviceOf } from './device.ts';
import { createSession, endSentSessions } from './session.ts';

export type User = NonNullable<PageAnswer<typeof identityCalls.getSession>>['user'];

/** The number of a sign-in that begins: cuts that come after it are greater. */
export async function drawNumber(db: Db): Promise<number> {
  const [row] = await db.query<{ number: number }>(sql`
    select nextval('entry_numbers') as number`);
  return row?.number ?? 0;
}

/**
 * Makes the session of a sign-in whose every step was proved under the generation of `person`, who
 * is held. The browser's earlier session ends; a browser that is new to somebody who has
 * others is told by mail.
 */
export async function enterRealm(
  db: Db,
  visit: Visit,
  person: PersonRow,
  { number, remembered }: { number: number; remembered: boolean },
): Promise<void> {
  const { realm, cookies, address, userAgent } = visit;
  await endSentSessions(
    db,
    cookies.sessions.map(({ token }) => token),
    realm,
  );
  const personId = person.id;
  const token = await createSession(db, {
    personId,
    realm,
    number,
    remembered,
    address,
    userAgent,
  });
  const known = await isDeviceOf(db, cookies.device, person);
  if (!known && (await hasDevices(db, personId)))
    visit.letters.safety(personId, { what: 'new_device' });
  const device = known ? undefined : await createDevice(db, person, undefined);
  await record(db, recorderOf(visit, personId), {
    type: 'person.signed_in',
    partnerId: null,
    subject: personId,
  });
  cookies.putSession(token, remembered);
  if (device !== undefined) cookies.putDevice(device);
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
