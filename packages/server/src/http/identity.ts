/**
 * `/api/auth`: the fence around the identity library (`entry.md`, Hosts, origins, cookies). Host
 * and origin are judged first (`page-call.ts`); then a link session is turned away, a session of
 * another realm is none, and too many failures end it. What is left reaches the library, whose
 * answers leave without a token.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { password } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import sql from 'sql-template-tag';
import { Failure } from '../failure.ts';
import { requireAdmission } from '../people/admission.ts';
import { ADDRESS_HEADER, type Identity } from '../people/identity.ts';
import { findChallenge, forgetCodeAddress, forgetHalfDone } from '../people/identity-challenge.ts';
import { findSession, type SessionRow } from '../people/session.ts';
import { clearedCookie } from '../people/session-cookie.ts';
import { isBehindUnknownProxy } from './address.ts';
import { cookiesForLibrary, readChallenge } from './identity-cookies.ts';
import { identityFailure } from './identity-failures.ts';
import { type Limits, limitsOf } from './identity-limits.ts';
import { type IdentityPath, type IdentityPathName, identityPaths } from './identity-paths.ts';
import { addPageCalls, type PageCall, type PageOptions, readBody } from './page-call.ts';

export type IdentityRouteOptions = PageOptions & {
  identity: Identity;
  trustsProxy: boolean;
  /** Where a server's online is. */
  addressOf(server: string): string;
};

/** No failed sign-in answers sooner: a known address costs a query more than an unknown one. */
export const UNHURRIED_MS = 150;

export function addIdentityRoutes(server: FastifyInstance, options: IdentityRouteOptions): void {
  for (const [name, path] of Object.entries(identityPaths) as [IdentityPathName, IdentityPath][])
    addPageCalls(server, options, `/api/auth/${name}`, {
      [path.method]: async (call: PageCall) => {
        const soonest = sleep(path.unhurried ? UNHURRIED_MS : 0);
        const answer = await answerCall(name, path, call, options).catch(async (error: unknown) => {
          await soonest;
          throw error;
        });
        if (path.mails) await soonest;
        return send(call, answer);
      },
    });
}

type Sent = { [field in 'email' | 'token' | 'newPassword']?: string };
type Answer = { headers: Headers | null; response: unknown };
type LibraryCall = (input: {
  body?: object;
  headers: Headers;
  returnHeaders: true;
}) => Promise<Answer>;

async function answerCall(
  name: IdentityPathName,
  path: IdentityPath,
  call: PageCall,
  options: IdentityRouteOptions,
): Promise<{ response: unknown; setCookies: string[] }> {
  const { request, site } = call;
  const { database, identity, cookies } = options;
  const session = await sessionOf(call, options);
  if (session?.link_server && !path.byLink) throw new Failure('link_session');
  const challenge = await whoMayCall(path, session, call, options);
  const body = readSent(path, call);
  const from = {
    address: request.ip,
    addressShared: isBehindUnknownProxy(request, options.trustsProxy),
  };
  const email = body.email ?? session?.email ?? challenge?.email;
  const limits = limitsOf(database, from, path, email);
  await limits.check();

  if (name === 'sign-out' && session) await endSession(options, session.id);
  if (name === 'revoke-session' && session)
    body.token = await tokenOf(options, session, body.token);
  const headers = new Headers({
    cookie: await cookiesForLibrary(
      request.headers.cookie,
      session && call.token,
      cookies,
      database,
    ),
    'user-agent': request.headers['user-agent']?.slice(0, 500) ?? '',
    [ADDRESS_HEADER]: request.ip,
  });
  const run = identity.api[path.call] as unknown as LibraryCall;
  const input = { ...(path.method === 'POST' && { body }), headers, returnHeaders: true } as const;
  const isSignIn = name === 'sign-in/email';
  const answer = await identity
    .run(
      {
        realm: site.realm,
        number: isSignIn ? undefined : session?.number,
        admit:
          isSignIn || !session ? (personId) => admit(personId, call, limits, options) : undefined,
      },
      () => run(input),
    )
    .catch(async (error: unknown) => {
      throw await limits.fail(identityFailure(error));
    });
  if (session) await tidyUp(name, session, options);
  const setCookies = answer.headers?.getSetCookie() ?? [];
  // A session of a frame gives way to whoever signs in after it.
  if (isSignIn || challenge || name === 'sign-out') setCookies.push(clearedCookie(true, cookies));
  return { response: answer.response, setCookies };
}

/** A live session of this realm; a cookie of another one counts as none. */
async function sessionOf(
  { token, site }: PageCall,
  { database }: IdentityRouteOptions,
): Promise<SessionRow | undefined> {
  return token ? database.read((db) => findSession(db, token, site.realm)) : undefined;
}

/** @throws Failure no_session or challenge_expired */
async function whoMayCall(
  path: IdentityPath,
  session: SessionRow | undefined,
  { request }: PageCall,
  { database, cookies }: IdentityRouteOptions,
) {
  if (session || !path.needs) return undefined;
  if (path.needs === 'session') throw new Failure('no_session');
  const identifier = readChallenge(request.headers.cookie, cookies);
  const challenge = identifier && (await database.read((db) => findChallenge(db, identifier)));
  if (!challenge) throw new Failure('challenge_expired');
  return challenge;
}

/** @throws Failure body_invalid, request_invalid or password_invalid */
function readSent(path: IdentityPath, { request }: PageCall): Sent {
  const sent = request.body as Buffer | undefined;
  const isEmpty = path.method === 'GET' || !sent?.length;
  const body = (isEmpty ? path.body.safeParse({}).data : undefined) ?? readBody(request, path.body);
  const { newPassword } = body as Sent;
  if (newPassword !== undefined && !password.safeParse(newPassword).success)
    throw new Failure('password_invalid', { parameter: 'newPassword' });
  return body as Sent;
}

/** Once more after the password or code was right: others of a burst may have reached a limit. */
async function admit(
  personId: string,
  { site }: PageCall,
  limits: Limits,
  { database, addressOf }: IdentityRouteOptions,
): Promise<void> {
  await limits.checkAgain();
  await database.read((db) => requireAdmission(db, personId, site.realm, addressOf));
}

/** The library would answer a sign-out with success even where the row could not be deleted. */
const endSession = ({ database }: IdentityRouteOptions, id: string) =>
  database.write((db) => db.query(sql`delete from sessions where id = ${id}`));

/**
 * The token of one of the caller's own sessions, by the id that `list-sessions` shows.
 *
 * @throws Failure not_found
 */
async function tokenOf(
  { database }: IdentityRouteOptions,
  session: SessionRow,
  id: string | undefined,
): Promise<string> {
  const [row] = await database.read((db) =>
    db.query<{ token: string }>(sql`
      select token from sessions where id::text = ${id} and person_id = ${session.person_id}`),
  );
  if (!row) throw new Failure('not_found');
  return row.token;
}

async function tidyUp(
  name: IdentityPathName,
  session: SessionRow,
  { database }: IdentityRouteOptions,
): Promise<void> {
  const forget = { 'change-password': forgetHalfDone, 'two-factor/disable': forgetCodeAddress };
  const work = forget[name as keyof typeof forget];
  if (work) await database.write((db) => work(db, session.person_id));
}

/** No token ever leaves but in a cookie. */
function send(
  { reply }: PageCall,
  { response, setCookies }: { response: unknown; setCookies: string[] },
): undefined {
  const withoutToken = (key: string, value: unknown) => (key === 'token' ? undefined : value);
  if (setCookies.length > 0) reply.header('set-cookie', setCookies);
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(response ?? null, withoutToken));
}
