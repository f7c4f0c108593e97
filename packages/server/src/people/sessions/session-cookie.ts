/**
 * The cookies of the pages' calls: the value, a dot, the base64 HMAC-SHA-256 of it. A link session
 * inside a frame has a cookie of its own, since no other reaches a frame (docs/entering.md).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseCookie } from 'cookie';

export type CookieOptions = {
  /** Of `identitySecret`; the first signs, all are accepted. */
  secrets: readonly string[];
  /** https: `__Host-` and `Secure`. */
  secure: boolean;
};

export type SentSession = {
  token: string;
  /** It came in the cookie of frames. */
  framed: boolean;
};

/** What the cookies are called. */
export const cookieNames = (secure: boolean) => {
  const prefix = secure ? '__Host-switchboard' : 'switchboard';
  return {
    session: `${prefix}.session`,
    framed: `${prefix}.session_framed`,
    /** Of a half-done sign-in. */
    twoFactor: `${prefix}.two_factor`,
    /** Tells a browser that signed in before from strangers. */
    device: `${prefix}.device`,
  };
};

/** What signs cookies and encrypts second factors: made of the installation's key, never the key. */
export const identitySecret = (secretKey: string): string =>
  createHmac('sha256', secretKey).update('switchboard identity').digest('hex');

/** Cookie name → value as it was sent, still encoded; of names sent twice the first. */
export const parseCookies = (header: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(parseCookie(header ?? '', { decode: (value) => value })).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    ),
  );

/** The sessions that a request carries, if their signatures are ours; the frame's before the tab's. */
export function readSessions(header: string | undefined, options: CookieOptions): SentSession[] {
  const cookies = parseCookies(header);
  const names = cookieNames(options.secure);
  return [true, false].flatMap((framed) => {
    const sent = cookies.get(framed ? names.framed : names.session);
    const token = readSigned(sent, options.secrets);
    return token === undefined ? [] : [{ token, framed }];
  });
}

/** The one that counts. */
export const readSession = (
  header: string | undefined,
  options: CookieOptions,
): SentSession | undefined => readSessions(header, options)[0];

/** The value of a signed cookie; undefined when the signature is not ours. */
export function readSigned(
  sent: string | undefined,
  secrets: readonly string[],
): string | undefined {
  const text = decoded(sent);
  const dot = text.lastIndexOf('.');
  if (dot < 1) return undefined;
  const value = text.slice(0, dot);
  const given = Buffer.from(text.slice(dot + 1));
  const known = secrets.some((secret) => {
    const expected = Buffer.from(signature(value, secret));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return known ? value : undefined;
}

/** `value.signature`, encoded, as it stands in a Cookie header. */
export const signed = (value: string, { secrets: [secret = ''] }: CookieOptions): string =>
  encodeURIComponent(`${value}.${signature(value, secret)}`);

/**
 * A `Set-Cookie` of a session.
 *
 * @param seconds that it is kept; undefined for as long as the browser lives
 */
export const sessionCookie = (
  token: string,
  framed: boolean,
  options: CookieOptions,
  seconds?: number,
): string =>
  `${nameOf(framed, options)}=${signed(token, options)}; ${kept(seconds)}${attributes(framed, options)}`;

/** A `Set-Cookie` that takes a session's cookie away. */
export const clearedCookie = (framed: boolean, options: CookieOptions): string =>
  `${nameOf(framed, options)}=; Max-Age=0; ${attributes(framed, options)}`;

/** Any other `Set-Cookie` of ours; undefined takes it away. */
export const signedCookie = (
  name: string,
  value: string | undefined,
  options: CookieOptions,
  seconds: number,
): string =>
  `${name}=${value === undefined ? '' : signed(value, options)}; ${kept(seconds)}${attributes(false, options)}`;

const kept = (seconds: number | undefined): string =>
  seconds === undefined ? '' : `Max-Age=${seconds}; `;

const nameOf = (framed: boolean, { secure }: CookieOptions): string =>
  cookieNames(secure)[framed ? 'framed' : 'session'];

function attributes(framed: boolean, { secure }: CookieOptions): string {
  if (framed) return 'Path=/; HttpOnly; Secure; SameSite=None; Partitioned';
  return `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

const signature = (value: string, secret: string): string =>
  createHmac('sha256', secret).update(value).digest('base64');

function decoded(sent: string | undefined): string {
  try {
    return decodeURIComponent(sent ?? '');
  } catch {
    return '';
  }
}
