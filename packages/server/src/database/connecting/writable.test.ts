import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '../../testing/ends.ts';
import { send } from '../../testing/http.ts';
import { runPostgres } from '../../testing/postgres.ts';
import { startService } from '../../testing/service.ts';
import { migrate } from '../migrate.ts';
import { openPostgres } from '../postgres.ts';

/** A small file system of this test's own; undefined where this machine gives none. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-disk-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'none', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  atEnd(() => execFileSync('umount', ['--lazy', folder]));
  chmodSync(folder, 0o711);
  return folder;
}

const disk = smallDisk();
const mounts = { skip: disk ? false : 'this machine lets nobody mount a file system' };

test(
  'is not ready while the disk of the database is full, and ready once it is not',
  mounts,
  async () => {
    const dataDir = join(disk!, 'data');
    mkdirSync(dataDir, { mode: 0o711 });
    const { connection } = await runPostgres(dataDir, false);
    const database = openPostgres({ connection });
    await migrate(database);
    await database.close();
    const service = await startService({ connection });
    const readiness = async () => (await send(service.baseUrl, '/readyz', {})).http;
    assert.equal(await readiness(), 200);

    const filler = join(disk!, 'filler');
    assert.throws(() => writeFileSync(filler, Buffer.alloc(200_000_000)), { code: 'ENOSPC' });
    // What was answered before is told for a while.
    while ((await readiness()) !== 503) await sleep(50);
    rmSync(filler);
    while ((await readiness()) !== 200) await sleep(50);
  },
);
