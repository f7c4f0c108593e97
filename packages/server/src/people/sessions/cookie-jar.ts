/** The cookies of one request, and those that its answer sets. */
import { CHALLENGE_SECONDS } from '../factors/challenge.ts';
import { DEVICE_SECONDS } from './device.ts';
import { SESSION_SECONDS } from './session.ts';
import {
  type CookieOptions,
  clearedCookie,
  cookieNames,
  parseCookies,
  readSessions,
  readSigned,
  type SentSession,
  sessionCookie,
  signedCookie,
} from './session-cookie.ts';

export class CookieJar {
  /** Every `Set-Cookie` of the answer, in order. */
  readonly set: string[] = [];
  /** The sessions that were sent, the frame's before the tab's. */
  readonly sessions: readonly SentSession[];
  /** The token of a half-done sign-in. */
  readonly challenge: string | undefined;
  readonly device: string | undefined;
  readonly #options: CookieOptions;

  /** Only what carries a signature of ours is there. */
  constructor(header: string | undefined, options: CookieOptions) {
    const sent = parseCookies(header);
    const names = cookieNames(options.secure);
    this.#options = options;
    this.sessions = readSessions(header, options);
    this.challenge = readSigned(sent.get(names.twoFactor), options.secrets);
    this.device = readSigned(sent.get(names.device), options.secrets);
  }

  /** A session takes the place of whatever the browser had. */
  putSession(token: string, remembered: boolean): void {
    const seconds = remembered ? SESSION_SECONDS : undefined;
    this.set.push(sessionCookie(token, false, this.#options, seconds));
    if (this.challenge !== undefined) this.#clear('twoFactor');
    this.set.push(clearedCookie(true, this.#options));
  }

  /** The session that was sent, under a new token, in the cookie that it came in. */
  replaceSession(token: string, remembered: boolean): void {
    const framed = this.sessions[0]?.framed ?? false;
    const seconds = remembered ? SESSION_SECONDS : undefined;
    this.set.push(sessionCookie(token, framed, this.#options, seconds));
  }

  clearSessions(): void {
    this.set.push(clearedCookie(false, this.#options), clearedCookie(true, this.#options));
  }

  putChallenge(token: string): void {
    this.clearSessions();
    this.#put('twoFactor', token, CHALLENGE_SECONDS);
  }

  putDevice(value: string): void {
    this.#put('device', value, DEVICE_SECONDS);
  }

  #put(name: 'twoFactor' | 'device', value: string, seconds: number): void {
    const cookie = cookieNames(this.#options.secure)[name];
    this.set.push(signedCookie(cookie, value, this.#options, seconds));
  }

  #clear(name: 'twoFactor'): void {
    const cookie = cookieNames(this.#options.secure)[name];
    this.set.push(signedCookie(cookie, undefined, this.#options, 0));
  }
}
