/**
 * The HTTP server itself: request ids, raw bodies, one log line and one measure a request, and
 * shaped answers also where no route is reached. Routes are added by `routes.ts` and its siblings.
 */
import { randomUUID } from 'node:crypto';
import { BODY_LIMIT, type Mode, nearestName, Refusal } from '@switchboard/contract';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { Failure } from '../failure.ts';
import type { IsProxy } from '../installation/proxies.ts';
import { clientAddress, clientHost } from './address.ts';
import { readBodiesAsBytes } from './body/as-bytes.ts';
import { answerClientError } from './client-error.ts';
import {
  type ConnectionLimits,
  limitBodies,
  limitConnections,
  limitRequests,
  timeoutsOf,
} from './connections.ts';
import { endLines } from './json-line.ts';
import type { Metrics } from './metrics.ts';
import { isPageCall, sendFailure } from './pages/failures.ts';
import { sendError } from './partner/answers.ts';

export type ServerOptions = {
  log: FastifyBaseLogger;
  isProxy: IsProxy;
  connections: ConnectionLimits;
  /** Governs answers given before a credential is proved. */
  mode: Mode;
  metrics?: Metrics | undefined;
  /** Answers a browser that asks for a page which is not there; false where it has none. */
  unknownPage?: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** How this request's refusals are answered. */
    mode: Mode;
    /** The partner, once known, for the log. */
    partnerId: number | undefined;
  }
}

/** A server without routes. Every path that `knownMethods` has answers other methods with 405. */
export function createServer(
  options: ServerOptions,
  knownMethods: ReadonlyMap<string, string>,
): FastifyInstance {
  const server = fastify({
    loggerInstance: options.log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'request_id',
    }),
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    // While it stops, a request on an open connection is served like the others.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    routerOptions: { maxParamLength: 100 },
    ...timeoutsOf(options.connections),
    frameworkErrors: async (_error, request, reply) => {
      reply.header('x-request-id', request.id);
      // The only ones are malformed paths.
      const path = pathOf(request);
      if (isPageCall(path)) return sendFailure(new Failure('not_found'), request, reply);
      if (isPageWanted(request, path) && (await options.unknownPage?.(request, reply))) return;
      sendError(
        new Refusal('call_unknown', { message: 'The address is not a well-formed one.' }),
        request,
        reply,
        options.mode,
      );
    },
    clientErrorHandler: answerClientError,
  });

  limitConnections(server.server, options.connections, options.isProxy);
  limitRequests(server, options.connections);
  believeProxies(server, options.isProxy);
  server.decorateRequest('mode', options.mode);
  server.decorateRequest('partnerId', undefined);
  server.decorateRequest('fault', undefined);
  limitBodies(server, options.connections);
  readBodiesAsBytes(server);

  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (!request.is404) return;
    const path = pathOf(request);
    if (isPageCall(path)) throw new Failure('not_found');
    if (isPageWanted(request, path) && (await options.unknownPage?.(request, reply))) return;
    const allow = knownMethods.get(path);
    throw allow ? wrongMethod(request, allow) : unknownCall(path, knownMethods);
  });
  endLines(server);
  server.addHook('onResponse', async (request, reply) => observe(request, reply, options.metrics));
  server.server.on('checkExpectation', (request, response) => {
    server.server.emit('request', request, response);
  });
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof Failure || isPageCall(pathOf(request)))
      return sendFailure(error, request, reply);
    // A credential's mode governs only once it is proved.
    const unproved = error instanceof Refusal && error.http === 401;
    sendError(error, request, reply, unproved ? options.mode : request.mode);
  });
  return server;
}

/**
 * `request.ip` in its one spelling, so that nobody comes from one address under two, and
 * `request.host` as the nearest proxy of ours has it; Fastify's own reading of proxies is off.
 */
function believeProxies(server: FastifyInstance, isProxy: IsProxy): void {
  server.decorateRequest('ip', {
    getter() {
      return clientAddress(this, isProxy) as string;
    },
  });
  server.decorateRequest('host', {
    getter() {
      return clientHost(this, isProxy);
    },
  });
}

/** The path as the router sees it: without the query, percent-decoded. */
function pathOf(request: FastifyRequest): string {
  const path = request.url.split('?', 1)[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const isPageWanted = ({ method, headers }: FastifyRequest, path: string): boolean =>
  method === 'GET' && !/^\/(api|oauth)(\/|$)/.test(path) && !!headers.accept?.includes('text/html');

function wrongMethod(request: FastifyRequest, allow: string): Refusal {
  return new Refusal('method_not_allowed', {
    allow,
    message: `This call does not take ${request.method}; use ${allow}.`,
  });
}

function unknownCall(path: string, knownMethods: ReadonlyMap<string, string>): Refusal {
  const nearest = path.startsWith('/api/')
    ? nearestName(path, [...knownMethods.keys()])
    : undefined;
  const message = nearest
    ? `There is no such call; did you mean ${nearest}?`
    : 'There is nothing at this address; the calls are under /api, their reference at /reference.';
  return new Refusal('call_unknown', { message });
}

/** An incoming id of 1–64 harmless characters is kept. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(header)
    ? header
    : randomUUID();
}

/** The route's pattern, never the address: addresses may hold secrets. */
function observe(request: FastifyRequest, reply: FastifyReply, metrics: Metrics | undefined): void {
  const route = request.routeOptions.url ?? 'unknown';
  const milliseconds = Math.round(reply.elapsedTime * 100) / 100;
  metrics?.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
  const line = {
    method: request.method,
    route,
    status: reply.statusCode,
    ms: milliseconds,
    partner: request.partnerId,
    address: request.ip,
  };
  if (request.fault === undefined) request.log.info(line);
  else request.log.error({ ...line, err: request.fault }, 'failed');
}
