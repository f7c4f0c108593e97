/** For tests: a partner's receiver, which keeps what it is pushed and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from './ends.ts';

type Arrived = {
  /** `webhook-id`. */
  id: string;
  headers: IncomingHttpHeaders;
  /** As it came. */
  body: string;
  type: string;
  data: Record<string, unknown> & { event_id: number; account_id: number };
};

/** Ends the answer, or leaves it open. */
type Answering = (arrived: Arrived, response: ServerResponse) => void;

export type Receiver = {
  url: string;
  /** Everything that arrived whole, in its order, whatever was answered. */
  arrived: Arrived[];
  /** How it answers from now on. */
  answer(how: Answering | number): void;
  /** Waits until so many have arrived. */
  until(count: number): Promise<Arrived[]>;
  close(): Promise<void>;
};

const PATIENCE_MS = 20_000;

/** Starts one that takes everything with 200; it ends with the test file. */
export async function startReceiver(): Promise<Receiver> {
  const arrived: Arrived[] = [];
  let answering: Answering = taking(200);
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString('utf8');
      const { headers } = request;
      const pushed = { id: String(headers['webhook-id']), headers, body, ...JSON.parse(body) };
      arrived.push(pushed);
      answering(pushed, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  atEnd(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    arrived,
    close,
    answer: (how) => {
      answering = typeof how === 'number' ? taking(how) : how;
    },
    async until(count) {
      for (const deadline = Date.now() + PATIENCE_MS; arrived.length < count; await sleep(5))
        if (Date.now() > deadline)
          throw new Error(`${arrived.length} of ${count} pushes arrived within ${PATIENCE_MS} ms.`);
      return arrived;
    },
  };
}

const taking =
  (status: number): Answering =>
  (_, response) =>
    response.writeHead(status).end();
