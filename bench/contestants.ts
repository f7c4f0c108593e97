/** Contestants that speak HTTP, each in a process of its own. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, firstMessage } from './child.ts';
import { type Stage, serviceEnvironment } from './stage.ts';

export type HttpContestant = 'noop' | 'floor' | 'before' | 'service';

export type Running = {
  /** Where updateAccount is, or what stands in for it. */
  url: string;
  /** Of its process. */
  pid: number;
  stop(): Promise<void>;
};

const READY_MS = 20_000;

/**
 * Starts a contestant; when it returns, it answers.
 *
 * @param checkout of the service before
 */
export async function startContestant(
  name: HttpContestant,
  stage: Stage,
  checkout: string | undefined,
): Promise<Running> {
  const own = join(import.meta.dirname, '..');
  if (name === 'service') return startService(stage, own);
  if (name === 'before') return startService(stage, checkout ?? own);
  const { connection, token } = stage;
  const child = fork(join(import.meta.dirname, `${name}.ts`), [
    JSON.stringify({ connection, token }),
  ]);
  const port = await firstMessage<number>(child);
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid ?? 0, stop: () => end(child) };
}

/** For a contestant's own process: listens on a free port and tells its parent which. */
export function answerOnFreePort(server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    process.send?.((server.address() as AddressInfo).port);
  });
  process.on('disconnect', () => process.exit());
}

/** The service as an operator starts it: log, limits and metrics on. */
async function startService(stage: Stage, checkout: string): Promise<Running> {
  const port = await freePort();
  const main = join(checkout, 'packages/server/src/main.ts');
  const child = spawn(process.execPath, [main, 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...(process.env.NODE_OPTIONS && { NODE_OPTIONS: process.env.NODE_OPTIONS }),
      ...serviceEnvironment(stage.databaseUrl, stage.folder),
      PORT: String(port),
      METRICS_PORT: String(await freePort()),
      RATE_LIMIT_RPS: '1000000',
      WEBHOOK_ALLOW_PRIVATE: 'true',
    },
  });
  process.once('exit', () => child.kill());
  const base = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_MS;
  while (!(await isReady(`${base}/readyz`))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error('The service did not start.');
    await sleep(50);
  }
  const url = `${base}/api/online/updateAccount`;
  return { url, pid: child.pid ?? 0, stop: () => end(child) };
}

const isReady = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
