/**
 * `/api/auth`: the fence around the identity library (`entry.md`, Hosts, origins, cookies). Host
 * and origin are judged first (`page-call.ts`); then a link session is turned away, a session of
 * another realm is none, and too many failures end it. What is left reaches the library, whose
 * answers leave without a token.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { requireAdmission } from '../people/admission.ts';
import type { Identity } from '../people/identity.ts';
import { forgetCodeAddress, forgetHalfDone } from '../people/identity-challenge.ts';
import { endSession, tokenOf } from '../people/identity-session.ts';
import { ADDRESS_HEADER } from '../people/identity-settings.ts';
import type { SessionRow } from '../people/session.ts';
import { clearedCookie } from '../people/session-cookie.ts';
import { withCodeOnce } from '../people/used-code.ts';
import { isBehindUnknownProxy } from './address.ts';
import { findCaller, readSent } from './identity-caller.ts';
import { cookiesForLibrary } from './identity-cookies.ts';
import { identityFailure } from './identity-failures.ts';
import { type Limits, limitsOf } from './identity-limits.ts';
import { type IdentityPath, type IdentityPathName, identityPaths } from './identity-paths.ts';
import { addPageCalls, type PageCall, type PageOptions } from './page-call.ts';

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
  const { session, challenge } = await findCaller(path, call, options);
  const body = readSent(path, call);
  const from = {
    address: request.ip,
    addressShared: isBehindUnknownProxy(request, options.trustsProxy),
  };
  const email = body.email ?? session?.email ?? challenge?.email;
  const limits = limitsOf(database, from, path, email);
  await limits.check();

  if (name === 'sign-out' && session) await endSession(database, session);
  if (name === 'revoke-session' && session)
    body.token = await tokenOf(database, session, body.token ?? '');
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
  const ask = () =>
    identity.run(
      {
        realm: site.realm,
        number: isSignIn ? undefined : session?.number,
        admit:
          isSignIn || !session ? (personId) => admit(personId, call, limits, options) : undefined,
      },
      () => run(input),
    );
  const once = name === 'two-factor/verify-totp' && challenge && body.code !== undefined;
  const asked = once ? withCodeOnce(database, challenge.person_id, body.code ?? '', ask) : ask();
  const answer = await asked.catch(async (error: unknown) => {
    throw await limits.fail(identityFailure(error));
  });
  if (session) await tidyUp(name, session, options);
  const setCookies = answer.headers?.getSetCookie() ?? [];
  // A session of a frame gives way to whoever signs in after it.
  if (isSignIn || challenge || name === 'sign-out') setCookies.push(clearedCookie(true, cookies));
  return { response: answer.response, setCookies };
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

async function tidyUp(
  name: IdentityPathName,
  session: SessionRow,
  { database }: IdentityRouteOptions,
): Promise<void> {
  const forget = {
    'change-password': forgetHalfDone,
    'two-factor/disable': forgetCodeAddress,
    // Who set up an app gets codes by mail at their own address, not at one that others chose.
    'two-factor/verify-totp': forgetCodeAddress,
  };
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
