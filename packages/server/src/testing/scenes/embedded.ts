/** For tests of the embedded PostgreSQL: started here or in a process of its own; all end together. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbedded } from '../../database/embedded.ts';
import { livePostmaster } from '../../database/embedded-postmaster.ts';
import { processState } from '../../database/process-state.ts';

const EMBEDDED = resolve(import.meta.dirname, '../../database/embedded.ts');

/** Holds every DATA_DIR of the file's tests. */
export const top = mkdtempSync(join(tmpdir(), 'switchboard-embedded-'));
chmodSync(top, 0o755);
const seen = new Set<string>();
const children: ChildProcess[] = [];

after(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of seen) {
    const left = livePostmaster(folder);
    if (left) process.kill(left.pid, 'SIGKILL');
    if (!folder.startsWith(top)) rmSync(dirname(folder), { recursive: true, force: true });
  }
  rmSync(top, { recursive: true, force: true, maxRetries: 10 });
});

export async function start(
  dataDir: string,
  { lines = [], durable = false }: { lines?: string[]; durable?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const log = ({ message }: { message: string }) => lines.push(message);
  const postgres = await startEmbedded({ dataDir, durable, log });
  seen.add(postgres.dataFolder);
  return postgres;
}

/** Starts it in a Node process of its own, which stays until it is killed. */
export async function startElsewhere(dataDir: string, { durable = false, account = {} } = {}) {
  const script = `
    import { startEmbedded } from ${JSON.stringify(EMBEDDED)};
    const log = ({ message }) => console.error(message);
    const options = { dataDir: ${JSON.stringify(dataDir)}, durable: ${durable}, log };
    const { connection, dataFolder, pid } = await startEmbedded(options);
    console.log(JSON.stringify({ connection, dataFolder, postmaster: pid() }));
    setInterval(() => {}, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...account,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    text(child.stderr).then((words) => assert.fail(`it ended: ${words}`)),
  ]);
  type Started = Pick<EmbeddedPostgres, 'connection' | 'dataFolder'> & { postmaster: number };
  const started: Started = JSON.parse(String(line));
  seen.add(started.dataFolder);
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { ...started, kill };
}

export async function query(connection: EmbeddedPostgres['connection'], statement: string) {
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** A process that has ended, but whose parent never asks for its exit code. */
export async function zombie(): Promise<number> {
  const parent = spawn('/bin/sh', ['-c', 'true & echo $!; exec sleep 60']);
  children.push(parent);
  const [pid] = await once(parent.stdout, 'data');
  while (processState(Number(pid)) !== undefined) await sleep(5);
  return Number(pid);
}

export async function until(what: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !what(); await sleep(10)) {
    assert.ok(Date.now() < deadline, `waited 5 s for ${what}`);
  }
}
