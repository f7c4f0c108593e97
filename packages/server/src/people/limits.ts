/** The limits of guesses and letters of a person; why is in `docs/entering.md`, Bounds. */
import { addressLimits, addressLimitsOf } from '../attempts/address-limits.ts';
import { type Limit, limitKey } from '../attempts/attempt.ts';
import type { Db } from '../database/database.ts';
import { isDeviceOf } from './sessions/device.ts';
import type { Visit } from './visit.ts';

const HOUR = 3600;
const MINUTES_10 = 600;

type Guessed = { id: string; generation: number };

/**
 * Of a password: by address, and 100 an hour for the person, whether or not there is one. The
 * browsers that the person signed in with have a limit of their own, which strangers cannot use up.
 */
export async function passwordLimits(
  db: Db,
  visit: Visit,
  email: string,
  person: Guessed | undefined,
): Promise<Limit[]> {
  const name = email.toLowerCase();
  const isOwn = await isOwnDevice(db, visit, person);
  const whose = isOwn ? `devices of ${person?.id}` : name;
  return [...addressLimits(visit, name), sliding(100, HOUR, 'password', whose)];
}

/** Of a code: by address, and 10 in 10 minutes for the person and generation, or the browser. */
export async function codeLimits(
  db: Db,
  visit: Visit,
  person: Guessed & { email: string },
): Promise<Limit[]> {
  const whose = await whoseOf(db, visit, person);
  return [...addressLimits(visit, person.email), sliding(10, MINUTES_10, 'code', whose)];
}

/** Letters with a code: 10 an hour for the person and generation, or the browser. */
export async function codeLetterLimits(db: Db, visit: Visit, person: Guessed): Promise<Limit[]> {
  const whose = await whoseOf(db, visit, person);
  return [sliding(10, HOUR, 'code letter', whose)];
}

/** Letters with a link for a new password: 5 an hour, likewise. */
export async function resetLetterLimits(db: Db, visit: Visit, person: Guessed): Promise<Limit[]> {
  const whose = await whoseOf(db, visit, person);
  return [sliding(5, HOUR, 'reset letter', whose)];
}

/** Letters about sign-ins from unknown browsers: 5 an hour, whoever signs in. */
export const deviceLetterLimits = (person: Guessed): Limit[] => [
  sliding(5, HOUR, 'device letter', `${person.id} ${person.generation}`),
];

/** Letters to an administrator about their partner's people: 20 an hour, whoever those are. */
export const memberLetterLimits = (partnerId: number, personId: string): Limit[] => [
  sliding(20, HOUR, 'member letter', `${partnerId} ${personId}`),
];

/** Requests for such a letter from an address, whoever they are about. */
export const resetRequestLimits = (visit: Visit): Limit[] =>
  addressLimitsOf('reset request', visit);

/** Changes of password, factors and sessions without a mailed link: 10 an hour for the person. */
export const raiseLimits = (personId: string): Limit[] => [sliding(10, HOUR, 'raise', personId)];

/** The person under this generation, or all of their browsers: a new cookie is no new budget. */
async function whoseOf(db: Db, visit: Visit, person: Guessed): Promise<string> {
  const name = `${person.id} ${person.generation}`;
  return (await isOwnDevice(db, visit, person)) ? `devices of ${name}` : name;
}

async function isOwnDevice(
  db: Db,
  { cookies: { device } }: Visit,
  person: Guessed | undefined,
): Promise<boolean> {
  return person !== undefined && isDeviceOf(db, device, person);
}

const sliding = (most: number, windowSeconds: number, kind: string, whose: string): Limit => ({
  key: limitKey(kind, whose),
  most,
  windowSeconds,
  blockSeconds: 0,
});
