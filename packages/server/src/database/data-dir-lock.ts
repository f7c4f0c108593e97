import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const sqliteBusy = 5;

/**
 * Takes DATA_DIR (absolute, existing) for this process alone and answers the function that gives
 * it back. The kernel holds the lock and drops it with the process, however that ends: nothing can
 * go stale. (Node offers file locks only through SQLite, so the lock is an empty SQLite file.)
 *
 * @throws Error when another process has DATA_DIR, after waiting half a second for a dying one.
 */
export async function lockDataDir(dataDir: string): Promise<() => void> {
  const lockFile = join(dataDir, 'switchboard.lock');
  const pidFile = join(dataDir, 'switchboard.pid');
  for (const deadline = Date.now() + 500; ; await sleep(10)) {
    const lock = tryLock(lockFile);
    if (lock !== undefined) {
      writeFileSync(pidFile, `${process.pid}\n`);
      return () => {
        rmSync(pidFile, { force: true });
        lock.close();
      };
    }
    if (Date.now() > deadline) {
      throw new Error(
        `Another Switchboard process (${readPid(pidFile)}) uses ${dataDir}: ` +
          'stop it, or set another DATA_DIR.',
      );
    }
  }
}

/** It may be about to write it, or have just taken it away. */
function readPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return 'ending or starting';
  }
}

function tryLock(file: string): DatabaseSync | undefined {
  try {
    const lock = new DatabaseSync(file);
    // The journal in memory, or SQLite puts a second file beside.
    lock.exec('pragma journal_mode = memory; begin exclusive');
    // Whoever may read it could lock it too.
    chmodSync(file, 0o600);
    return lock;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return;
    throw new Error(`${file} cannot be locked: ${error instanceof Error ? error.message : error}`);
  }
}
