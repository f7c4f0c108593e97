import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fchownSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { environment } from './embedded-folder.ts';
import type { Account } from './embedded-place.ts';

/** All that it takes to start PostgreSQL. Paths are absolute. */
export type Setup = {
  dataFolder: string;
  socketFolder: string;
  binaries: string;
  account: Account | undefined;
  /** False gives up every guarantee against a power cut, for tests. */
  durable: boolean;
};

/** The number in the name of the socket; nothing listens on the network. */
export const PORT = 5432;

const LOG_BYTES = 1_000_000;

/**
 * Starts a postmaster in a process group of its own, so that Ctrl-C does not reach it, and answers
 * its pid. It may still fail; see `lastWords`.
 * @throws Error when the program cannot be run.
 */
export async function spawnPostmaster(setup: Setup): Promise<number> {
  const log = openLog(setup);
  const child = spawn(join(setup.binaries, 'bin', 'postgres'), commandLine(setup), {
    ...setup.account,
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  child.unref();
  return child.pid!;
}

/** Why PostgreSQL ended, in its own words: the last lines of its log. */
export function lastWords({ dataFolder }: Setup): string {
  const log = logFile(dataFolder);
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return `${lines.slice(-3).join(' | ')} (${log})`;
}

/**
 * Makes PostgreSQL accept what a dead postmaster left. It takes a zombie, and any program that got
 * the old pid, for a running postmaster; but not the process that started it. With our pid in the
 * file it starts, and still sees for itself whether orphans of the old one hold the shared memory.
 */
export function disownPidFiles({ dataFolder, socketFolder, account }: Setup): void {
  rmSync(join(socketFolder, `.s.PGSQL.${PORT}.lock`), { force: true });
  const file = join(dataFolder, 'postmaster.pid');
  const lines = pidFileLines(dataFolder);
  if (!lines) return;
  if (!(Number(lines[0]) > 0)) {
    rmSync(file);
    return;
  }
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', 0o600);
  writeSync(handle, [process.pid, ...lines.slice(1)].join('\n'));
  if (account) fchownSync(handle, account.uid, account.gid);
  closeSync(handle);
  renameSync(fresh, file);
}

/** postmaster.pid: pid, folder, start, port, socket folder, address, shared memory, status. */
export function pidFileLines(dataFolder: string): string[] | undefined {
  try {
    return readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

function commandLine({ dataFolder, socketFolder, durable }: Setup): string[] {
  const settings = {
    // A list of folders: quoted, or a comma in the path would end it.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    listen_addresses: '',
    port: PORT,
    max_connections: 100,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // Errors reach the caller. In a log they would grow it, and could quote people's data.
    log_min_messages: 'log',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', dataFolder, ...options];
}

function logFile(dataFolder: string): string {
  return join(dataFolder, 'postgres.log');
}

/** Opens the log for appending; one that has grown gives way, and one predecessor is kept. */
function openLog({ dataFolder, account }: Setup): number {
  const file = logFile(dataFolder);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES) renameSync(file, `${file}.1`);
  // The folder is another account's: root must not follow a link from there.
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const handle = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  if (account) fchownSync(handle, account.uid, account.gid);
  return handle;
}
