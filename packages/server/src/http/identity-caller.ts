/** Who calls an identity path, and what they sent. */
import { password } from '@switchboard/contract';
import { Failure } from '../failure.ts';
import { type Challenge, findChallenge } from '../people/identity-challenge.ts';
import { findSession, type SessionRow } from '../people/session.ts';
import { readChallenge } from './identity-cookies.ts';
import type { IdentityPath } from './identity-paths.ts';
import { type PageCall, type PageOptions, readBody } from './page-call.ts';

export type Caller = {
  /** Live and of this realm: a cookie of another one counts as none. */
  session?: SessionRow | undefined;
  challenge?: Challenge | undefined;
};

/** @throws Failure link_session, no_session or challenge_expired */
export async function findCaller(
  path: IdentityPath,
  { request, token, site }: PageCall,
  { database, cookies }: PageOptions,
): Promise<Caller> {
  const session = token && (await database.read((db) => findSession(db, token, site.realm)));
  if (session) {
    if (session.link_server !== null && !path.byLink) throw new Failure('link_session');
    return { session };
  }
  if (!path.needs) return {};
  if (path.needs === 'session') throw new Failure('no_session');
  const identifier = readChallenge(request.headers.cookie, cookies);
  const challenge = identifier && (await database.read((db) => findChallenge(db, identifier)));
  if (!challenge) throw new Failure('challenge_expired');
  return { challenge };
}

/** The fields that several paths have in common, among whatever this one has. */
export type Sent = { [field in 'email' | 'token' | 'code' | 'newPassword']?: string };
/** @throws Failure body_invalid, request_invalid or password_invalid */
export function readSent(path: IdentityPath, { request }: PageCall): Sent {
  const sent = request.body as Buffer | undefined;
  const isEmpty = path.method === 'GET' || !sent?.length;
  const body = (isEmpty ? path.body.safeParse({}).data : undefined) ?? readBody(request, path.body);
  const { newPassword } = body as Sent;
  if (newPassword !== undefined && !password.safeParse(newPassword).success)
    throw new Failure('password_invalid', { parameter: 'newPassword' });
  return body as Sent;
}
