/** For tests: the real process, `main.ts start`, on a DATA_DIR of its own, to be killed at will. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import {
  addressOf,
  isAlive,
  livePostmaster,
  type Postmaster,
} from '../database/embedded-postmaster.ts';
import { removeDataDir } from './data-dir.ts';
import { atEnd } from './ends.ts';

export type TestProcess = {
  /** `http://127.0.0.1:port`, or the address that it printed. */
  baseUrl: string;
  /** Standard output until now. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Its exit code, once it has ended; null when a signal ended it. */
  ended: Promise<number | null>;
};

/** A DATA_DIR that is removed after the test file, with the database that belongs to it. */
export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-process-'));
  // As the server makes it: root's PostgreSQL, another user's, stays in it.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  atEnd(async () => {
    await killPostgres(dataDir);
    removeDataDir(dataDir, dataFolderOf(dataDir));
  });
  return dataDir;
}

/** Where the embedded PostgreSQL of a DATA_DIR keeps its data. */
function dataFolderOf(dataDir: string): string {
  const pointer = join(dataDir, 'postgres-location');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(dataDir, 'postgres');
}

/** The embedded PostgreSQL of a DATA_DIR, if it runs. */
const postgresOf = (dataDir: string): Postmaster | undefined =>
  livePostmaster(dataFolderOf(dataDir));

/** How to reach the embedded PostgreSQL of a DATA_DIR, for what no door shows. */
export function connectionOf(dataDir: string): pg.PoolConfig {
  return addressOf(postgresOf(dataDir)?.socketFolder ?? '');
}

/** Kills the embedded PostgreSQL of a DATA_DIR as a power cut would, and waits for its end. */
export async function killPostgres(dataDir: string): Promise<void> {
  const postmaster = postgresOf(dataDir);
  if (!postmaster) return;
  process.kill(postmaster.pid, 'SIGKILL');
  while (isAlive(postmaster)) await sleep(5);
}

/**
 * Runs a command of the server, its environment empty but for what is given, until it ends.
 *
 * @param interrupt sends it a signal as soon as `when` says so, of what it has printed
 */
export async function runProcess(
  command: string,
  environment: Record<string, string>,
  interrupt?: { signal: NodeJS.Signals; when: (output: string) => boolean },
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawnProcess(command, environment);
  const ended = once(child, 'close');
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const errors = text(child.stderr);
  if (interrupt) {
    while (!interrupt.when(output) && child.exitCode === null) await sleep(5);
    child.kill(interrupt.signal);
  }
  const [code] = await ended;
  return { code, output, errors: await errors };
}

/**
 * Starts the server and answers once it serves; it is killed after the test file.
 *
 * @param meanwhile what is done while it starts, by what it has printed
 */
export async function startProcess(
  environment: Record<string, string>,
  command = 'start',
  meanwhile: (output: () => string) => Promise<void> = async () => {},
): Promise<TestProcess> {
  const child = spawnProcess(command, environment);
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const done = meanwhile(() => output);
  const baseUrl = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const printed = /is ready: (http:\/\/\S+)/.exec(output)?.[1];
      if (printed) resolve(printed.replace('//localhost:', '//127.0.0.1:'));
    });
    void ended.then((code) => reject(new Error(`it ended (${code}): ${output}${errors}`)));
  });
  await done;
  return {
    baseUrl,
    output: () => output,
    signal: (name) => child.kill(name),
    ended,
  };
}

const cache = process.env.NODE_COMPILE_CACHE;
const modulesCache: Record<string, string> = cache ? { NODE_COMPILE_CACHE: cache } : {};

function spawnProcess(command: string, environment: Record<string, string>) {
  const main = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [main, command], {
    env: { PORT: '0', RATE_LIMIT_RPS: '0', LOG_LEVEL: 'silent', ...modulesCache, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return child;
}
