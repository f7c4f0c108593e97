/**
 * Cookies on their way to the library: only those it knows, only with a signature of ours, signed
 * anew with the key in force (of `SECRET_KEY=new,old` it knows only the first), and the session's
 * only where it is valid.
 */
import type { Database } from '../database/database.ts';
import { renewTrust } from '../people/identity-challenge.ts';
import {
  type CookieOptions,
  cookieNames,
  parseCookies,
  readSigned,
  signed,
} from '../people/session-cookie.ts';

/** The half-done sign-in that a request carries, if its signature is ours. */
export const readChallenge = (
  header: string | undefined,
  { secrets, secure }: CookieOptions,
): string | undefined =>
  readSigned(parseCookies(header).get(cookieNames(secure).twoFactor), secrets);

/** @param token of a live session of this realm, whichever cookie it came in */
export async function cookiesForLibrary(
  header: string | undefined,
  token: string | undefined,
  options: CookieOptions,
  database: Database,
): Promise<string> {
  const sent = parseCookies(header);
  const names = cookieNames(options.secure);
  const kept = new Map<string, string>();
  // Somebody who is signed in is nobody's half-done sign-in.
  if (token) kept.set(names.session, token);
  const others = [names.dontRemember, names.trustDevice, ...(token ? [] : [names.twoFactor])];
  for (const name of others) {
    const value = readSigned(sent.get(name), options.secrets);
    if (value !== undefined) kept.set(name, value);
  }
  const [secret = '', ...older] = options.secrets;
  const trusted = readSigned(sent.get(names.trustDevice), older);
  if (trusted !== undefined)
    kept.set(names.trustDevice, await database.read((db) => renewTrust(db, trusted, secret)));
  return [...kept].map(([name, value]) => `${name}=${signed(value, options)}`).join('; ');
}
