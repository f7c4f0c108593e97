/**
 * The private PostgreSQL of one DATA_DIR, from the binaries that npm brings: it is made at the first
 * start, adopted when it outlived a killed Node, started again whenever it dies, and reached
 * through a socket folder that nobody else can enter. Callers need not know where it lies, which
 * account runs it, nor how it ended last time.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../installation/folder.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { findBinaries, prepareBinaries } from './embedded-binaries.ts';
import { makeDataFolder } from './embedded-folder.ts';
import { findPlace, makePrivateFolder, recordPlace } from './embedded-place.ts';
import {
  addressOf,
  isAlive,
  livePostmaster,
  type Postmaster,
  startPostmaster,
  stopPostmaster,
} from './embedded-postmaster.ts';
import type { Setup } from './embedded-spawn.ts';

export type EmbeddedOptions = {
  /** DATA_DIR, absolute; made if missing. */
  dataDir: string;
  /** False, for tests: commits do not wait for the disk. Default true. */
  durable?: boolean;
  log: (line: { level: 'info' | 'warn' | 'error'; message: string }) => void;
};

export type EmbeddedPostgres = {
  /** `host` is the socket folder. */
  connection: ReturnType<typeof addressOf>;
  dataFolder: string;
  /** The postmaster's; undefined while it is down. */
  pid(): number | undefined;
  /** Stops PostgreSQL and gives DATA_DIR back; open connections are cut. */
  stop(): Promise<void>;
};

// Elsewhere than on Linux looking means running ps.
const WATCH_MS = process.platform === 'linux' ? 100 : 1_000;
const RETRY_MS = { first: 50, longest: 5_000 };
const SHORT_LIFE_MS = 10_000;

/**
 * Starts PostgreSQL on DATA_DIR/postgres and keeps it running until `stop()`; answers once it takes
 * connections: about 1 s the first time, 0.2 s later.
 *
 * @throws EmbeddedUnavailable where its binaries cannot run: the operator is to set DATABASE_URL.
 * @throws Error when another process uses DATA_DIR, when the folder is of another major version or
 *   out of reach, or when PostgreSQL does not start; the message says why.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const installed = findBinaries();
  makeFolder(options.dataDir);
  const unlock = await lockDataDir(options.dataDir);
  try {
    const { dataDir, durable = true, log } = options;
    const place = findPlace(dataDir);
    const { account, dataFolder } = place;
    const copyTo = join(place.copies, `pg-${installed.version}`);
    const binaries = prepareBinaries(installed, copyTo, account);
    makePrivateFolder(place.socketFolder, account);
    await makeDataFolder(place, {
      binaries,
      major: Number.parseInt(installed.version, 10),
      durable,
    });
    recordPlace(place);
    if (place.pointer) {
      const message = `The database of ${dataDir} is in ${dataFolder}: user ${account?.uid}, who runs it, cannot reach ${dataDir}.`;
      log({ level: 'warn', message });
    }
    // One that outlived its Node may listen elsewhere: the temporary folder can change.
    const socketFolder = livePostmaster(dataFolder)?.socketFolder || place.socketFolder;
    const setup: Setup = { dataFolder, socketFolder, binaries, account, durable };
    return await supervise(setup, log, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function supervise(
  setup: Setup,
  log: EmbeddedOptions['log'],
  unlock: () => void,
): Promise<EmbeddedPostgres> {
  const stopping = new AbortController();
  let postmaster = await startPostmaster(setup, stopping.signal);

  const keepRunning = async () => {
    for (let retryMs = RETRY_MS.first; ; ) {
      const since = Date.now();
      await ended(postmaster, stopping.signal);
      if (stopping.signal.aborted) return;
      log({ level: 'warn', message: 'PostgreSQL ended; starting it again.' });
      if (Date.now() - since > SHORT_LIFE_MS) retryMs = RETRY_MS.first;
      else await pause(retryMs, stopping.signal);
      retryMs = Math.min(retryMs * 2, RETRY_MS.longest);
      try {
        postmaster = await startPostmaster(setup, stopping.signal);
        log({ level: 'info', message: 'PostgreSQL runs again.' });
      } catch (error) {
        if (stopping.signal.aborted) return;
        log({ level: 'error', message: String(error) });
      }
    }
  };
  const supervision = keepRunning();

  const stop = async () => {
    stopping.abort();
    await supervision;
    await stopPostmaster(postmaster);
    unlock();
  };
  let stopped: Promise<void> | undefined;
  return {
    connection: addressOf(setup.socketFolder),
    dataFolder: setup.dataFolder,
    pid: () => (isAlive(postmaster) ? postmaster.pid : undefined),
    stop: () => (stopped ??= stop()),
  };
}

/** Looks again and again: an adopted postmaster is nobody's child here, so no event tells of its end. */
async function ended(postmaster: Postmaster, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && isAlive(postmaster)) await pause(WATCH_MS, signal);
}

/** Sleeps without keeping the process alive; ends early when aborted. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { ref: false, signal }).catch(() => {});
}
