/** What a connection is told that sent no request we could route: written to it by hand. */
import { randomUUID } from 'node:crypto';
import type { OutgoingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type ReasonName, reasons } from '@switchboard/contract';
import { everyHeader } from './every-header.ts';
import { jsonLine } from './json-line.ts';

// A connection that is closed with bytes unread is reset, and the answer with it.
const LINGER_MS = 1_000;

type Answer = { status: string; message: string };

const TOO_SLOW: Answer = {
  status: '408 Request Timeout',
  message: 'The request did not arrive in time.',
};
const TOO_LARGE: Answer = { status: '400 Bad Request', message: 'The headers are too large.' };
const NO_HTTP: Answer = { status: '400 Bad Request', message: 'This is not an HTTP request.' };

const byCode: Readonly<Record<string, Answer>> = {
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
  HPE_HEADER_OVERFLOW: TOO_LARGE,
};

/** Answers what Node could not read, or did not get in time, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const answer = byCode[error.code ?? ''] ?? NO_HTTP;
  socket.write(textOf(answer));
  // Nothing more of a request that was given up may be read and carried out.
  if (answer === TOO_SLOW) socket.destroySoon();
  else {
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }
}

/** Refuses what is left of a request that takes too long. */
export const refuseSlow = (socket: Socket): void =>
  answerClientError(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);

/** Whether an answer is on its way: nothing of another may be written into it. */
const isAnswering = (socket: Socket): boolean =>
  (socket as { _httpMessage?: OutgoingMessage })._httpMessage?.headersSent === true;

function textOf({ status, message }: Answer): string {
  const id = randomUUID();
  const code: ReasonName = 'body_invalid';
  const reason = reasons[code].number;
  const body = jsonLine({ status: 'FAIL', reason, code, message, request_id: id });
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...everyHeader,
    'x-request-id': id,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`;
}
