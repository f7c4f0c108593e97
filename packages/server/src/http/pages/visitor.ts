/** Who makes a page call that enters no account, and what its verb knows of the request. */
import type { PageCall } from '@switchboard/contract';
import { Failure } from '../../failure.ts';
import type { IdentityKeys } from '../../people/keys.ts';
import { Letters, type LettersOptions } from '../../people/letters.ts';
import { CookieJar } from '../../people/sessions/cookie-jar.ts';
import { findSession, type SessionRow } from '../../people/sessions/session.ts';
import type { SignedIn } from '../../people/visit.ts';
import { isBehindUnknownProxy } from '../address.ts';
import type { PageOptions, PageRequest } from './page-call.ts';

export type VisitOptions = PageOptions &
  LettersOptions & {
    keys: IdentityKeys;
    trustsProxy: boolean;
    /** Where a server's online is, or the console. */
    addressOf(server?: string): string;
  };

/**
 * The caller's session: live and of this realm; one of another realm counts as none.
 *
 * @throws Failure link_session, no_session or challenge_expired
 */
export async function findCaller(
  call: PageCall,
  { token, request, site }: PageRequest,
  { database, cookies }: VisitOptions,
): Promise<SessionRow | undefined> {
  const session =
    token === undefined
      ? undefined
      : await database.read((db) => findSession(db, token, site.realm));
  if (session) {
    if (session.link_server !== null && !call.byLink) throw new Failure('link_session');
    return session;
  }
  if (call.enters === 'session') throw new Failure('no_session');
  const jar = new CookieJar(request.headers.cookie, cookies);
  if (call.enters === 'challenge' && jar.challenge === undefined)
    throw new Failure('challenge_expired');
  return undefined;
}

/** Of a call that a session is needed for `session` is there: `findCaller` saw to it. */
export function visitOf(
  { request, site }: PageRequest,
  session: SessionRow | undefined,
  options: VisitOptions,
): SignedIn {
  const { database, keys, cookies, addressOf, trustsProxy } = options;
  const userAgent = request.headers['user-agent']?.slice(0, 500);
  return {
    read: database.read,
    write: database.write,
    realm: site.realm,
    server: site.server,
    address: request.ip,
    addressShared: isBehindUnknownProxy(request, trustsProxy),
    requestId: request.id,
    userAgent,
    keys,
    addressOf,
    cookies: new CookieJar(request.headers.cookie, cookies),
    letters: new Letters(options, {
      userAgent,
      ipAddress: request.ip,
      address: addressOf(site.server),
    }),
    session: session as SessionRow,
  };
}
