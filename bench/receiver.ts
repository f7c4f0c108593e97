/** Addresses of webhooks for the bench: one in a process of its own that takes everything, one silent. */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { end, firstMessage } from './child.ts';
import { answerOnFreePort } from './contestants.ts';

/** What a receiver has seen since it was last asked. */
type Heard = { count: number; lags: number[] };

export type Receiver = {
  url: string;
  heard(): Promise<Heard>;
  stop(): Promise<void>;
};

export async function startReceiver(): Promise<Receiver> {
  const child = fork(import.meta.filename);
  const port = await firstMessage<number>(child);
  return {
    url: `http://127.0.0.1:${port}/push`,
    async heard(): Promise<Heard> {
      child.send('heard');
      return firstMessage<Heard>(child);
    },
    stop: () => end(child),
  };
}

function receive(): void {
  let heard: Heard = { count: 0, lags: [] };
  process.on('message', () => {
    process.send?.(heard);
    heard = { count: 0, lags: [] };
  });
  answerOnFreePort(
    createServer((incoming, response) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      incoming.on('end', () => {
        heard.count += 1;
        heard.lags.push(
          Date.now() - Date.parse((JSON.parse(text) as { timestamp: string }).timestamp),
        );
        response.writeHead(204).end();
      });
    }),
  );
}

export async function startSilent() {
  const server = createServer(() => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === import.meta.filename && process.send) receive();
