import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { OWN_OPTIONS } from './connecting/client.ts';
import {
  disownPidFiles,
  lastWords,
  PORT,
  pidFileLines,
  type Setup,
  spawnPostmaster,
} from './embedded-spawn.ts';
import { processState } from './process-state.ts';

/** The name of the database and of its user. */
const NAME = 'switchboard';

/** How its clients reach the PostgreSQL behind a socket, whatever the environment says. */
export const addressOf = (socketFolder: string, database = NAME) => ({
  ...{ host: socketFolder, port: PORT, user: NAME, database },
  ...OWN_OPTIONS,
});

/** A postmaster (PostgreSQL's first process); `started` tells it from others that get its pid. */
export type Postmaster = { pid: number; started: string | undefined; socketFolder: string };

const POLL_MS = 20;
const PATIENCE_MS = 8_000;

/**
 * Answers a postmaster that takes connections: the one that a killed Node left on this folder, or
 * a new one. Waits for as long as one recovers; one that dies is tried again for 8 s, since the
 * last processes of a predecessor may still be letting go of its memory.
 *
 * @throws Error with PostgreSQL's last words, or the reason of `signal` once that is aborted.
 */
export async function startPostmaster(setup: Setup, signal: AbortSignal): Promise<Postmaster> {
  const left = livePostmaster(setup.dataFolder);
  if (left) {
    if (await isReady(left, setup, signal)) return left;
    await stopPostmaster(left);
  }
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(POLL_MS)) {
    signal.throwIfAborted();
    // One that answers without being seen runs in another container: two would ruin the data.
    const occupied =
      livePostmaster(setup.dataFolder) !== undefined ||
      (await ask(setup.socketFolder)) !== 'silent';
    if (!occupied) {
      disownPidFiles(setup);
      const postmaster = identify(await spawnPostmaster(setup), setup.socketFolder);
      if (await isReady(postmaster, setup, signal)) return postmaster;
      await stopPostmaster(postmaster);
    }
    if (Date.now() < deadline) continue;
    throw new Error(
      occupied
        ? `Another PostgreSQL runs on ${setup.dataFolder}, perhaps in another container: stop it.`
        : `PostgreSQL does not start: ${lastWords(setup)}`,
    );
  }
}

/** Ends a postmaster and waits for it: SIGINT (fast) once, and SIGQUIT if that takes over 20 s. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  for (const [signal, waitMs] of [['SIGINT', 20_000] as const, ['SIGQUIT', 5_000] as const]) {
    if (!isAlive(postmaster)) return;
    process.kill(postmaster.pid, signal);
    const deadline = Date.now() + waitMs;
    while (isAlive(postmaster) && Date.now() < deadline) await sleep(POLL_MS);
  }
}

/** False once the process has ended, reaped or not, even if another one got its pid. */
export function isAlive({ pid, started }: Postmaster): boolean {
  return started !== undefined && processState(pid)?.started === started;
}

/** The postmaster on `dataFolder`, if it lives: not a zombie, nor a program that got its pid. */
export function livePostmaster(dataFolder: string): Postmaster | undefined {
  const lines = pidFileLines(dataFolder);
  const pid = Number(lines?.[0]);
  const state = pid > 0 ? processState(pid) : undefined;
  if (state?.name !== 'postgres') return undefined;
  // The system may hide the working folder of another account's process; never the command.
  const serves = state.folder
    ? state.folder === dataFolder
    : state.command.includes(` -D ${dataFolder} `);
  return serves ? { pid, started: state.started, socketFolder: lines?.[4] ?? '' } : undefined;
}

function identify(pid: number, socketFolder: string): Postmaster {
  return { pid, started: processState(pid)?.started, socketFolder };
}

/** Waits until it answers; false when it ends, stays silent for 8 s, or is not the one we want. */
async function isReady(
  postmaster: Postmaster,
  setup: Setup,
  signal: AbortSignal,
): Promise<boolean> {
  let heard = Date.now();
  while (isAlive(postmaster) && !signal.aborted) {
    const answer = await ask(postmaster.socketFolder);
    if (typeof answer === 'object') {
      const fsync = setup.durable ? 'on' : 'off';
      return answer.folder === setup.dataFolder && answer.fsync === fsync && isOurs(postmaster);
    }
    if (answer === 'starting') heard = Date.now();
    if (Date.now() - heard > PATIENCE_MS) return false;
    await sleep(POLL_MS);
  }
  return false;
}

/** False when npm replaced the binaries under it: it could no longer load its own libraries. */
function isOurs({ pid }: Postmaster): boolean {
  return !processState(pid)?.program?.endsWith(' (deleted)');
}

type Answer = { folder: string; fsync: string } | 'starting' | 'silent';

/** Asks the PostgreSQL behind a socket who it is; makes the database if it is missing. */
async function ask(socketFolder: string): Promise<Answer> {
  const client = new Client({
    ...addressOf(socketFolder, 'postgres'),
    connectionTimeoutMillis: 2_000,
    query_timeout: 10_000,
  });
  // It may end at any moment; whoever waits for the connection or an answer learns of it.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string; fsync: string; made: boolean }>(
      `select current_setting('data_directory') as folder, current_setting('fsync') as fsync,
        exists (select from pg_database where datname = $1) as made`,
      [NAME],
    );
    const row = rows[0]!;
    if (!row.made) await client.query(`create database ${NAME}`);
    return row;
  } catch (error) {
    return error instanceof DatabaseError ? 'starting' : 'silent';
  } finally {
    await client.end().catch(() => {});
  }
}
