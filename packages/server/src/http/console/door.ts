/**
 * The partner's calls for its people: each at `/api/console/{partner}/{group}/{action}`, called by a
 * session of the console in place of a token (`docs/security.md`, The console). What is sent and
 * answered is the Partner API's, and so is the operation.
 */
import { type Endpoint, type EndpointName, Refusal } from '@switchboard/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { confirmMember } from '../../members/authority.ts';
import type { ByMember } from '../../operation.ts';
import { type CookieOptions, readSession } from '../../people/sessions/session-cookie.ts';
import { sha256 } from '../../secret.ts';
import { sendError } from '../partner/answers.ts';
import { answerSchema, runCall } from '../partner/call.ts';
import type { CallOptions } from '../partner/call-context.ts';
import type { RateLimit } from '../partner/rate-limit.ts';
import { comesFrom, type HostOptions, isConsole, originsOf } from '../site.ts';

export type ConsoleDoorOptions = { hosts: HostOptions; cookies: CookieOptions };

type Options = CallOptions & ConsoleDoorOptions;

/** Where a call of the Partner API is in the console: `/api/console/:partner/online/getAccounts`. */
const pathOf = (path: string): string => path.replace(/^\/api\//, '/api/console/:partner/');

/** Adds one of the partner's calls. */
export function addToConsole(
  server: FastifyInstance,
  name: EndpointName,
  endpoint: Endpoint & { surface: 'partner' },
  options: Options,
  rateLimit: RateLimit,
): void {
  const callers = new WeakMap<FastifyRequest, ByMember>();
  server.route({
    method: ['GET', 'POST', 'PATCH', 'DELETE'],
    url: pathOf(endpoint.path),
    ...(endpoint.bodyLimit !== undefined && { bodyLimit: endpoint.bodyLimit }),
    schema: { response: { 200: answerSchema(endpoint) } },
    errorHandler: (error, request, reply) => void sendError(error, request, reply, 'strict'),
    onRequest: async (request, reply) => {
      const caller = await admit(request, endpoint, options);
      request.mode = 'strict';
      request.partnerId = caller.partnerId;
      rateLimit.take(caller.partnerId, reply);
      callers.set(request, caller);
    },
    handler: (request, reply) => {
      const caller = callers.get(request);
      const owe = (requests: number) => caller && rateLimit.owe(caller.partnerId, requests, reply);
      return runCall(name, endpoint, request, reply, { ...options, owe }, caller);
    },
  });
}

/**
 * Who calls, if they may.
 *
 * @throws Refusal wrong_host, method_not_allowed, origin_refused, or of `confirmMember`
 */
export async function admit(
  request: FastifyRequest,
  { method, roles, asksPassword }: Pick<Endpoint, 'method' | 'roles' | 'asksPassword'>,
  { hosts, cookies, database }: Options,
): Promise<ByMember> {
  if (!isConsole(request, hosts)) throw new Refusal('wrong_host');
  if (request.method !== method)
    throw new Refusal('method_not_allowed', {
      allow: method,
      message: `This call does not take ${request.method}; use ${method}.`,
    });
  if (method !== 'GET' && !comesFrom(request, originsOf(request, hosts)))
    throw new Refusal('origin_refused');
  const session = readSession(request.headers.cookie, cookies);
  if (!session) throw new Refusal('session_missing');
  const { partner } = request.params as { partner: string };
  const partnerId = /^[1-9]\d{0,8}$/.test(partner) ? Number(partner) : 0;
  const sessionHash = sha256(session.token);
  return database.read((db) =>
    confirmMember(db, {
      ...{ sessionHash, partnerId, roles: roles ?? [], asksPassword: asksPassword ?? false },
    }),
  );
}
