import assert from 'node:assert/strict';
import { execFileSync, type SpawnSyncReturns } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type pg from 'pg';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { startService } from '../testing/service.ts';
import { exported, importInto, isOfOneCluster, isRow } from '../testing/transfer.ts';

const OLD = '/usr/lib/postgresql/15/bin';
// PostgreSQL refuses to run as root.
const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const skip = existsSync(OLD) ? false : `there is no PostgreSQL 15 in ${OLD}`;

test('moves everything to another major version of PostgreSQL and back', { skip }, async () => {
  const source = await startService();
  await source.newAccount(await source.newPartner());
  const older = await startService({ beside: { ...source, connection: await startOld() } });
  const back = await startService();

  const there = await importInto(older, await exported(source));
  assert.equal(there.http, 200, there.text);
  const here = await importInto(back, await exported(older), '?replace=true');
  assert.equal(here.http, 200, here.text);
  const rows = async (service: typeof source) =>
    (await exported(service)).split('\n').filter(isRow).filter(isMoved).sort();
  assert.deepEqual(await rows(back), await rows(source));
});

/** What the imports themselves wrote. */
const isMoved = (row: string) => !row.includes('installation.imported') && !isOfOneCluster(row);

const ends: (() => unknown)[] = [];
after(() => {
  for (const end of ends.reverse()) end();
});

/** A PostgreSQL 15 of its own, whose settings write dates, bytes and numbers in other ways. */
async function startOld(): Promise<pg.PoolConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-old-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  if (account.uid) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  run('initdb', ['-D', data, '-U', 'switchboard', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']);
  const settings = {
    listen_addresses: "''",
    unix_socket_directories: folder,
    fsync: 'off',
    bytea_output: 'escape',
    extra_float_digits: '0',
    datestyle: 'german',
    intervalstyle: 'sql_standard',
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const log = join(folder, 'log');
  run('pg_ctl', ['-D', data, '-l', log, '-o', options.join(' '), '-w', 'start']);
  ends.push(() => run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']));
  const connection = { host: folder, user: 'switchboard', database: 'postgres' };
  const database = openPostgres({ connection });
  await migrate(database);
  await database.close();
  return connection;
}

function run(program: string, args: string[]): void {
  try {
    execFileSync(join(OLD, program), args, { ...account, cwd: '/', stdio: 'pipe' });
  } catch (error) {
    throw new Error(String((error as SpawnSyncReturns<Buffer>).stderr), { cause: error });
  }
}
