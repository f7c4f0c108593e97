/**
 * `/api/auth`: signing in and out, passwords, second factors. Host and origin are judged first
 * (`page-call.ts`); then who calls, then what was sent. Each call's verb is in `people/`; its answer
 * leaves with what the contract names, and tokens in cookies alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type IdentityCallName, identityCalls, type PageCall } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../failure.ts';
import { CookieJar } from '../people/cookie-jar.ts';
import { type IdentityVerb, identityVerbs } from '../people/identity.ts';
import type { IdentityKeys } from '../people/keys.ts';
import { Letters, type LettersOptions } from '../people/letters.ts';
import { findSession, type SessionRow } from '../people/session.ts';
import type { Visit } from '../people/visit.ts';
import { isBehindUnknownProxy } from './address.ts';
import { sendJson } from './failures.ts';
import { addPageCalls, type PageOptions, type PageRequest, readBodyOr } from './page-call.ts';

export type IdentityRouteOptions = PageOptions &
  LettersOptions & {
    keys: IdentityKeys;
    trustsProxy: boolean;
    /** Where a server's online is, or the console. */
    addressOf(server?: string): string;
  };

/** No refused sign-in answers sooner: a known address costs a query more than an unknown one. */
export const UNHURRIED_MS = 150;

export function addIdentityRoutes(server: FastifyInstance, options: IdentityRouteOptions): void {
  for (const [name, call] of Object.entries(identityCalls) as [IdentityCallName, PageCall][])
    addPageCalls(server, options, call.path, {
      [call.method]: async (request: PageRequest) => {
        const soonest = sleep(call.unhurried ? UNHURRIED_MS : 0);
        try {
          const answer = await answerCall(name, call, request, options);
          // Where nothing is ever refused, the time of every answer is alike.
          if (call.failures.length === 0) await soonest;
          return answer;
        } catch (error) {
          await soonest;
          throw error;
        }
      },
    });
}

async function answerCall(
  name: IdentityCallName,
  call: PageCall,
  request: PageRequest,
  options: IdentityRouteOptions,
): Promise<undefined> {
  const session = await findCaller(call, request, options);
  const input = readBodyOr(request.request, call.body) as object;
  const visit = visitOf(request, session, options);
  const verb = identityVerbs[name] as IdentityVerb<PageCall>;
  try {
    const answer = await verb(input, visit);
    if (visit.cookies.set.length > 0) request.reply.header('set-cookie', visit.cookies.set);
    sendJson(request.reply, call.answer.parse(answer) as object);
    return undefined;
  } catch (error) {
    visit.letters.keepWarnings();
    throw error;
  } finally {
    visit.letters.post();
  }
}

/**
 * The caller's session: live and of this realm; one of another realm counts as none.
 *
 * @throws Failure link_session, no_session or challenge_expired
 */
async function findCaller(
  call: PageCall,
  { token, request, site }: PageRequest,
  { database, cookies }: IdentityRouteOptions,
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

/** What verbs of identity know of a request. */
export function visitOf(
  { request, site }: PageRequest,
  session: SessionRow | undefined,
  options: IdentityRouteOptions,
): Visit {
  const { database, keys, cookies, addressOf, trustsProxy } = options;
  const userAgent = request.headers['user-agent']?.slice(0, 500);
  return {
    read: database.read,
    write: database.write,
    realm: site.realm,
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
    session,
  };
}
