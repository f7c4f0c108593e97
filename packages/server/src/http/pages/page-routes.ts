/**
 * The routes of the page calls, made from the contract: who may call, what was sent, the verb, and
 * an answer that holds what the contract names and nothing else. A call that enters an account goes
 * through the gate here; there is no other way to declare one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type PageCall, type PageCallName, pageCalls } from '@switchboard/contract';
import type { FastifyInstance } from 'fastify';
import type { AccountVerb } from '../../agents/agent.ts';
import type { PartnerLive } from '../../events/partner-live.ts';
import { Failure } from '../../failure.ts';
import { pageOperations } from '../../page-operations.ts';
import type { VisitVerb } from '../../people/visit.ts';
import { sendConsoleLive } from './console-live.ts';
import { sendJson } from './failures.ts';
import { come, type InsideOptions, placeOf, readInside, writeInside } from './inside.ts';
import { sendLive } from './live.ts';
import { addPageCalls, type Handler, type PageRequest, readInput } from './page-call.ts';
import { findCaller, type VisitOptions, visitOf } from './visitor.ts';

export type PageRouteOptions = VisitOptions &
  InsideOptions & { partnerLive: PartnerLive; unhurriedMs: number };

/** No refused sign-in answers sooner: a known address costs a query more than an unknown one. */
export const UNHURRIED_MS = 150;

const BELOW = '/api/workspace/';
/** Handlers that let nobody into an account but through the gate. */
const gated = new WeakSet<Handler>();

export function addPageRoutes(server: FastifyInstance, options: PageRouteOptions): void {
  server.addHook('onRoute', ({ url, config }) => {
    const handlers = Object.values(config?.handlers ?? {});
    const passes = handlers.length > 0 && handlers.every((handler) => gated.has(handler));
    if (url.startsWith(BELOW) && !passes)
      throw new Error(`${url} would be reached without passing the gate.`);
  });
  const calls = Object.entries(pageCalls) as [PageCallName, PageCall][];
  const paths = Map.groupBy(calls, ([, { path }]) => path);
  for (const [path, some] of paths)
    addPageCalls(
      server,
      options,
      path,
      Object.fromEntries(some.map(([name, call]) => [call.method, handlerOf(name, call, options)])),
    );
}

function handlerOf(name: PageCallName, call: PageCall, options: PageRouteOptions): Handler {
  const answer = answererOf(name, call, options);
  const handler: Handler = async (request) => {
    if (call.at && (call.at === 'online') === (request.site.server === undefined))
      throw new Failure('not_found');
    return call.unhurried
      ? unhurried(call, options.unhurriedMs, () => answer(request))
      : answer(request);
  };
  if (call.enters === 'account') gated.add(handler);
  return handler;
}

function answererOf(name: PageCallName, call: PageCall, options: PageRouteOptions): Handler {
  if (call.streams)
    return call.enters === 'account'
      ? (request) => sendLive(request, placeOf(request), () => come(request, options), options)
      : (request) => sendConsoleLive(request, readInput(request, pageCalls.watchConsole), options);
  const operation = pageOperations[name as keyof typeof pageOperations];
  return call.enters === 'account'
    ? (request) => answerInside(call, operation as AccountVerb<PageCall>, request, options)
    : (request) => answerVisit(call, operation as VisitVerb<PageCall>, request, options);
}

async function answerInside(
  call: PageCall,
  verb: AccountVerb<PageCall>,
  request: PageRequest,
  options: PageRouteOptions,
): Promise<undefined> {
  const run = call.method === 'GET' ? readInside : writeInside;
  // Judged inside: whoever may not enter learns nothing of what they sent.
  const answer = await run(request, options, (inside) => verb(readInput(request, call), inside));
  if (call.method !== 'GET') options.pokeMail();
  sendJson(request.reply, call.answer.parse(answer) as object);
  return undefined;
}

async function answerVisit(
  call: PageCall,
  verb: VisitVerb<PageCall>,
  request: PageRequest,
  options: PageRouteOptions,
): Promise<undefined> {
  const session = await findCaller(call, request, options);
  // A guess has limits of its own.
  const isWrite = call.failures.includes('too_many_writes');
  if (session && isWrite && !call.failures.includes('too_many_failures'))
    options.writeLimit.take(session.person_id);
  const visit = visitOf(request, session, options);
  try {
    const answer = await verb(readInput(request, call), visit);
    if (visit.cookies.set.length > 0) request.reply.header('set-cookie', visit.cookies.set);
    if (isWrite) options.pokeMail();
    sendJson(request.reply, call.answer.parse(answer) as object);
    return undefined;
  } catch (error) {
    visit.letters.keepWarnings();
    throw error;
  } finally {
    visit.letters.post();
  }
}

async function unhurried(
  call: PageCall,
  milliseconds: number,
  work: () => Promise<object | undefined>,
) {
  const soonest = sleep(milliseconds);
  try {
    const answer = await work();
    // Where nothing is ever refused, the time of every answer is alike.
    if (call.failures.length === 0) await soonest;
    return answer;
  } catch (error) {
    await soonest;
    throw error;
  }
}
