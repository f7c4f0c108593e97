/** One request on one connection, and as much of its answer as is wanted. */
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { isHangUp, type Outcome, outcomeOf } from './outcomes.ts';

/** What was seen of an answer, and what went wrong before or in place of one. */
export type Seen = {
  httpStatus?: number;
  answer?: string;
  retryAfterSeconds?: number;
  tlsDays?: number;
  failure?: Outcome;
};

export type Sent = {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
  mostAnswerBytes: number;
  agent: http.Agent;
};

export type Listener = {
  /** The status and what stands in the headers, as soon as they are there. */
  began(seen: Seen): void;
  /** The last word. */
  ended(seen: Seen): void;
  /** The connection had been used before, and broke before a byte of the answer came. */
  stale(): void;
};

const DAY_MS = 86_400_000;

/**
 * Sends a request; whoever destroys what it answers ends the exchange, and hears no more.
 *
 * @throws Error of Node for headers that cannot be sent
 */
export function send(sent: Sent, listener: Listener): http.ClientRequest {
  const { url, body, mostAnswerBytes } = sent;
  const request = http.request({
    protocol: url.protocol,
    // Without user and password of the URL.
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    path: `${url.pathname}${url.search}`,
    method: sent.method,
    headers: { ...sent.headers, ...(body !== undefined && { 'content-length': byteLength(body) }) },
    agent: sent.agent,
    setDefaultHeaders: true,
  });
  let seen: Seen = {};
  let isOver = false;
  const end = (failure?: Outcome) => {
    if (isOver) return;
    isOver = true;
    listener.ended(failure ? { ...seen, failure } : seen);
    if (failure) request.destroy();
  };
  const fail = (error: unknown) => {
    if (isOver) return;
    if (!request.reusedSocket || seen.httpStatus !== undefined || !isHangUp(error))
      return end(outcomeOf(error, url.protocol === 'https:'));
    isOver = true;
    listener.stale();
  };
  request.on('error', fail);
  // Also when it changes to another protocol, which nobody asked for.
  request.on('close', () => end('reset'));
  request.on('response', (response) => {
    seen = headOf(response);
    listener.began(seen);
    response.on('error', () => end('reset'));
    if (isRedirect(response)) return end('redirect');
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) return end('too_large');
      chunks.push(chunk);
    });
    response.on('end', () => {
      if (!response.complete) return end('reset');
      seen = { ...seen, answer: Buffer.concat(chunks).toString('utf8') };
      end();
    });
  });
  request.end(body);
  return request;
}

const byteLength = (text: string): string => String(Buffer.byteLength(text));

function headOf({ statusCode, headers, socket }: http.IncomingMessage): Seen {
  const retryAfterSeconds = secondsOf(headers['retry-after']);
  const tlsDays = daysLeft(socket);
  return {
    ...(statusCode !== undefined && { httpStatus: statusCode }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(tlsDays !== undefined && { tlsDays }),
  };
}

const isRedirect = ({ statusCode = 0, headers }: http.IncomingMessage): boolean =>
  statusCode >= 300 && statusCode < 400 && headers.location !== undefined;

/** Seconds or a date of HTTP (RFC 9110, 10.2.3); undefined for anything else. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const at = /^[A-Za-z]{3,9},? [\x20-\x7e]{10,30}$/.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

/** When the certificate of a connection ends, in Unix milliseconds; asked for once. */
const ends = new WeakMap<Duplex, number>();

function daysLeft(socket: Duplex): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const end = ends.get(socket) ?? Date.parse(socket.getPeerCertificate().valid_to);
  ends.set(socket, end);
  return Number.isNaN(end) ? undefined : Math.floor((end - Date.now()) / DAY_MS);
}
