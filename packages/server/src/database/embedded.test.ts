import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from 'pg';
import { query, start, startElsewhere, top, until, zombie } from '../testing/scenes/embedded.ts';
import { findBinaries, prepareBinaries } from './embedded-binaries.ts';
import { processState } from './process-state.ts';

const nobody = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;
const onlyRoot = { skip: isRoot ? false : 'only root can become another user' };

test('starts in a new folder, starts again in less than a second, and keeps what it holds', async () => {
  const dataDir = join(top, 'first');
  const first = await start(dataDir);
  const wanted = "select datcollate, datlocale, current_setting('listen_addresses') as tcp,";
  const rows = await query(
    first.connection,
    `${wanted} pg_encoding_to_char(encoding) as encoding from pg_database where datname = 'switchboard'`,
  );
  assert.deepEqual(rows, [{ datcollate: 'C', datlocale: 'C.UTF-8', tcp: '', encoding: 'UTF8' }]);
  await query(first.connection, 'create table kept as select 42 as answer');
  await first.stop();

  const began = Date.now();
  const second = await start(dataDir);
  assert.ok(Date.now() - began < 1_000, `took ${Date.now() - began} ms`);
  assert.deepEqual(await query(second.connection, 'table kept'), [{ answer: 42 }]);
  await second.stop();
});

test('leaves no process behind when it is stopped, even with a connection open', async () => {
  const postgres = await start(join(top, 'stop'));
  const pid = postgres.pid()!;
  const open = new Client(postgres.connection);
  open.on('error', () => {});
  await open.connect();
  await Promise.all([postgres.stop(), postgres.stop()]);
  assert.equal(processState(pid), undefined);
  assert.equal(postgres.pid(), undefined);
  assert.equal(existsSync(join(postgres.dataFolder, 'postmaster.pid')), false);
});

test('adopts the PostgreSQL that outlived a killed Node', async () => {
  const dataDir = join(top, 'adopt');
  const killed = await startElsewhere(dataDir);
  await killed.kill();
  const postgres = await start(dataDir);
  assert.equal(postgres.pid(), killed.postmaster);
  await postgres.stop();
  assert.equal(processState(killed.postmaster), undefined);
});

test('starts after Node and PostgreSQL were killed, whoever has the old pid, and lost no commit', async () => {
  const dataDir = join(top, 'crash');
  const bystanders = [await zombie(), process.ppid];
  for (let round = 0; round < 10; round++) {
    const killed = await startElsewhere(dataDir, { durable: true });
    const rounds = 'create table if not exists rounds (round int)';
    await query(killed.connection, `${rounds}; insert into rounds values (${round})`);
    await Promise.all([killed.kill(), process.kill(killed.postmaster, 'SIGKILL')]);
    const pidFile = join(killed.dataFolder, 'postmaster.pid');
    const stale = readFileSync(pidFile, 'utf8').replace(/^\d+/, String(bystanders[round % 3]));
    if (round % 3 < 2) writeFileSync(pidFile, stale);
    if (round % 3 < 2) writeFileSync(join(killed.connection.host, '.s.PGSQL.5432.lock'), stale);
  }
  const postgres = await start(dataDir, { durable: true });
  const rows = await query(postgres.connection, 'select count(*)::int from rounds');
  assert.deepEqual(rows, [{ count: 10 }]);
  await postgres.stop();
});

test('starts PostgreSQL again when it is killed, adopted or its own', async () => {
  const dataDir = join(top, 'again');
  const killed = await startElsewhere(dataDir);
  await killed.kill();
  const lines: string[] = [];
  const postgres = await start(dataDir, { lines });
  for (const _ of ['adopted', 'own']) {
    const before = postgres.pid()!;
    process.kill(before, 'SIGKILL');
    await until(() => ![undefined, before].includes(postgres.pid()));
    assert.deepEqual(await query(postgres.connection, 'select 1 as one'), [{ one: 1 }]);
  }
  assert.deepEqual(lines.slice(0, 2), [
    'PostgreSQL ended; starting it again.',
    'PostgreSQL runs again.',
  ]);
  await postgres.stop();
});

test('refuses a second process in the same DATA_DIR and names the first', async () => {
  const dataDir = join(top, 'second');
  const postgres = await start(dataDir);
  const refusal = new RegExp(`process \\(${process.pid}\\) uses ${dataDir}`);
  await assert.rejects(start(dataDir), refusal);
  await assert.rejects(startElsewhere(dataDir), refusal);
  await postgres.stop();
  await (await start(dataDir)).stop();
});

test('starts where the path is too long for a socket, or holds a comma, a space and quotes', async () => {
  for (const name of [`${'long/'.repeat(30)}data`, `it's "a", b`]) {
    const postgres = await start(join(top, name));
    assert.ok(Buffer.byteLength(join(postgres.connection.host, '.s.PGSQL.5432')) <= 107);
    assert.deepEqual(await query(postgres.connection, 'select 1 as one'), [{ one: 1 }]);
    await postgres.stop();
    if (!postgres.connection.host.startsWith(top))
      rmSync(postgres.connection.host, { recursive: true });
  }
});

test('starts over when the first start was interrupted, and refuses another major version', async () => {
  const dataDir = join(top, 'half');
  mkdirSync(join(dataDir, 'postgres.new-half', 'base'), { recursive: true });
  const postgres = await start(dataDir);
  await postgres.stop();
  assert.equal(existsSync(join(dataDir, 'postgres.new-half')), false);
  writeFileSync(join(postgres.dataFolder, 'PG_VERSION'), '17\n');
  await assert.rejects(start(dataDir), /is of PostgreSQL 17/);
});

test(
  'as root under a folder closed to others, keeps the data in /var/lib and says so',
  onlyRoot,
  async () => {
    const closed = join(top, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const lines: string[] = [];
    const postgres = await start(join(closed, 'data'), { lines });
    assert.match(postgres.dataFolder, /^\/var\/lib\/switchboard\/[0-9a-f]{16}\/postgres$/);
    assert.match(lines.join(), new RegExp(`is in ${postgres.dataFolder}`));
    const pointer = readFileSync(join(closed, 'data', 'postgres-location'), 'utf8');
    assert.equal(pointer, `${postgres.dataFolder}\n`);
    await postgres.stop();

    chmodSync(closed, 0o755);
    const opened = await start(join(closed, 'data'));
    assert.equal(opened.dataFolder, postgres.dataFolder, 'a database stays where it is');
    await opened.stop();
    cpSync(join(closed, 'data'), join(closed, 'copy'), { recursive: true });
    await assert.rejects(start(join(closed, 'copy')), /belongs to another DATA_DIR/);
  },
);

test('as root copies binaries that the account of PostgreSQL cannot reach', onlyRoot, () => {
  const installed = findBinaries();
  const folder = join(mkdtempSync(join(top, 'closed-')), 'native');
  cpSync(installed.folder, folder, { recursive: true, verbatimSymlinks: true });
  const copy = prepareBinaries({ ...installed, folder }, join(top, 'pg-copy'), nobody);
  assert.equal(copy, join(top, 'pg-copy'));
  const { stdout } = spawnSync(join(copy, 'bin', 'postgres'), ['--version'], nobody);
  assert.match(String(stdout), /^postgres \(PostgreSQL\) 18/);
});

const reach = spawnSync(process.execPath, [join(import.meta.dirname, 'process-state.ts')], {
  ...(isRoot ? nobody : {}),
  cwd: '/',
});
const asUser =
  onlyRoot.skip || reach.status === 0 ? onlyRoot : { skip: 'user 65534 cannot read this clone' };

test('runs as an ordinary user in a folder of their own', asUser, async () => {
  const dataDir = join(top, 'user');
  mkdirSync(dataDir, { mode: 0o700 });
  chownSync(dataDir, nobody.uid, nobody.gid);
  const started = await startElsewhere(dataDir, { account: nobody });
  assert.equal(started.dataFolder, join(dataDir, 'postgres'));
  assert.deepEqual(await query(started.connection, 'select 1 as one'), [{ one: 1 }]);
  await started.kill();
});
