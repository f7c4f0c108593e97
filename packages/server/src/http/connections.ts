/**
 * How many connections there may be, and for how long one may be silent: whoever only holds them
 * would use up the process's descriptors. A connection that is refused is closed without a word.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import { networkOf } from '../attempts/network.ts';
import { QueueFull } from '../attempts/turns.ts';
import type { IsProxy } from '../installation/proxies.ts';
import { readAddress } from './address.ts';
import { refuseSlow } from './client-error.ts';
import { Answer } from './every-header.ts';
import { Places } from './places.ts';

export type ConnectionLimits = {
  /** Connections at once. */
  most: number;
  /** Those of one address (IPv6: one /64); a proxy that TRUST_PROXY names and a unix socket: any. */
  mostOfAddress: number;
  /** Requests of one connection that are answered at once; clients seldom send a second (RFC 9112, 9.3.2). */
  mostRequests: number;
  /** From the connection, or the first byte of a further request, to the end of its headers. */
  headersMs: number;
  /** Likewise to the end of its body; `longestMs` where the handler says so (an import). */
  requestMs: number;
  longestMs: number;
  /** Between two requests; longer than proxies keep a connection, or they would find it closed. */
  idleMs: number;
  /** Without a byte in either direction while an answer is made or sent; 0 is for ever. */
  stalledMs: number;
  /** How often headers and bodies are looked at. */
  checkMs: number;
};

/** A live stream pings every 15 s, so it is never stalled. */
export const partnerConnections: ConnectionLimits = {
  most: 10_000,
  mostOfAddress: 1_000,
  mostRequests: 8,
  headersMs: 15_000,
  requestMs: 30_000,
  longestMs: 30_000,
  idleMs: 72_000,
  stalledMs: 120_000,
  checkMs: 5_000,
};

/** An import is sent, and an export read, for as long as the disks on both sides need. */
export const operatorConnections: ConnectionLimits = {
  ...partnerConnections,
  most: 1_000,
  mostOfAddress: 500,
  longestMs: 6 * 3_600_000,
  stalledMs: 0,
};

// A peer that is gone without a word is noticed by the system.
const KEEP_ALIVE_PROBE_MS = 60_000;

/** The time-outs in Fastify's words and Node's. */
export const timeoutsOf = (limits: ConnectionLimits) =>
  ({
    requestTimeout: limits.longestMs,
    keepAliveTimeout: limits.idleMs,
    connectionTimeout: limits.stalledMs,
    http: {
      // Node would answer a request without Host itself, unshaped.
      requireHostHeader: false,
      ServerResponse: Answer,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkMs,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    },
  }) satisfies FastifyHttpOptions<Server>;

declare module 'fastify' {
  interface FastifyRequest {
    /** The body may take `longestMs`; set by a handler, so by nobody who is not let in. */
    isLong: boolean;
  }
}

/** Ends bodies sooner than `longestMs`, unless the handler has set `isLong`. */
export function limitBodies(server: FastifyInstance, limits: ConnectionLimits): void {
  server.decorateRequest('isLong', false);
  if (limits.requestMs === limits.longestMs) return;
  server.addHook('onRequest', async (request) => {
    const { raw, socket } = request;
    setTimeout(() => {
      if (!raw.complete && !request.isLong) refuseSlow(socket);
    }, limits.requestMs).unref();
  });
}

/**
 * Refuses what a connection sends beyond `mostRequests` before they are answered, and ends it: the
 * thousands of requests that fit one packet would all wait for the database at once. Added before
 * any other hook.
 */
export function limitRequests(server: FastifyInstance, { mostRequests }: ConnectionLimits): void {
  const underWay = new WeakMap<Socket, number>();
  const count = (socket: Socket, by: 1 | -1) => {
    const now = (underWay.get(socket) ?? 0) + by;
    underWay.set(socket, now);
    return now;
  };
  server.addHook('onRequest', async ({ id, socket }, reply) => {
    reply.raw.once('close', () => count(socket, -1));
    if (count(socket, 1) <= mostRequests) return;
    reply.headers({ connection: 'close', 'x-request-id': id });
    throw new QueueFull();
  });
}

/** Counts a server's connections from now on. */
export function limitConnections(server: Server, limits: ConnectionLimits, isProxy: IsProxy): void {
  // An import does not give way while it is sent.
  const bodiesWait = limits.requestMs === limits.longestMs;
  const places = new Places({ ...limits, bodiesWait });
  server.on('connection', (socket) => {
    if (places.take(socket, networkOfPeer(socket, isProxy)))
      socket.once('close', () => places.leave(socket));
    else socket.destroy();
  });
  server.prependListener('request', ({ socket }) => places.asked(socket));
}

function networkOfPeer(socket: Socket, isProxy: IsProxy): string | undefined {
  const address = readAddress(socket.remoteAddress ?? '');
  return address === undefined || isProxy(address) ? undefined : networkOf(address);
}
