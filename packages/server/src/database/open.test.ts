import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { readDatabaseUrl } from '../installation/database-url.ts';
import { startTransactionPooler } from '../testing/databases/pooler.ts';
import { atEnd } from '../testing/ends.ts';
import { cloneDatabase, startService } from '../testing/service.ts';
import { addressOf } from './embedded-postmaster.ts';
import { listMigrations, migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { openPostgres } from './postgres.ts';
import { requireUsable } from './usable.ts';

const FOLDER_15 = '/usr/lib/postgresql/15/bin';
const server = 'online';

async function run(connection: pg.PoolConfig, ...statements: string[]): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function configFor({ host, port, user, database }: pg.PoolConfig) {
  const config = readConfig({
    DATA_DIR: mkdtempSync(join(tmpdir(), 'switchboard-open-')),
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${host}&port=${port}`,
    SECRET_KEY: 'a-secret-key-of-the-tests-of-32-bytes',
  });
  atEnd(() => rmSync(config.dataDir, { recursive: true }));
  return config;
}

describe('a database', () => {
  test('that is reached directly is usable, with its settings', async () => {
    await requireUsable(await cloneDatabase());
  });

  test('behind a pooler in transaction mode is refused, and the message says what would be right', async () => {
    const pooled = await startTransactionPooler(await cloneDatabase());
    await assert.rejects(requireUsable(pooled), /a pooler in session mode, not one in transaction/);
  });

  test('that cannot be reached is refused with the reason', async () => {
    for (const connection of [
      { connectionString: 'postgres://nobody@localhost:1/switchboard' },
      { host: '/nowhere', user: 'nobody', database: 'switchboard' },
    ])
      await assert.rejects(
        requireUsable(connection),
        /^DatabaseAway: The database cannot be reached: \S/,
      );
  });

  test('where its user may not make tables is refused', async () => {
    const connection = await cloneDatabase();
    const role = `reader_${process.pid}`;
    await run(connection, `create role ${role} login`);
    atEnd(() => run({ ...connection, database: 'postgres' }, `drop role ${role}`));
    await assert.rejects(
      requireUsable({ ...connection, user: role }),
      new RegExp(`user ${role} of DATABASE_URL may not make tables in schema public`),
    );
  });

  test('whose tables are in a schema that only a preset names is refused, with what to write', async () => {
    const connection = await cloneDatabase();
    const { database, user, host } = connection;
    await run(
      connection,
      'create schema "own"',
      'alter table schema_versions set schema own',
      `alter database ${database} set search_path = own`,
    );
    await assert.rejects(requireUsable(connection), /add \?options=-csearch_path%3Down$/);
    const url = `postgres://${user}@/${database}?host=${encodeURIComponent(`${host}`)}`;
    await requireUsable(readDatabaseUrl(`${url}&options=-csearch_path%3Down`));
  });

  test('that does not hold text as UTF-8 is refused', async () => {
    const connection = await cloneDatabase();
    const database = `ascii_${process.pid}`;
    await run(
      connection,
      `create database ${database} template template0 encoding 'SQL_ASCII'
       locale_provider libc locale 'C'`,
    );
    atEnd(() => run(connection, `drop database ${database}`));
    await assert.rejects(requireUsable({ ...connection, database }), /encoding 'UTF8'/);
  });

  test('whose entry numbers are given out with a cache is refused, with what to run', async () => {
    const connection = await cloneDatabase();
    const config = configFor(connection);
    const log = pino({ level: 'silent' });
    await (await openDatabase(config, log)).close();
    await run(connection, 'alter sequence entry_numbers cache 20');
    await assert.rejects(
      openDatabase(config, log),
      /entry_numbers has cache 20.*alter sequence entry_numbers cache 1/,
    );
    await run(connection, 'alter sequence entry_numbers cache 1');
    await (await openDatabase(config, log)).close();
  });

  test('that a restore brought from another cluster starts: its events are the past, and the log says so', async () => {
    const connection = await cloneDatabase();
    await run(
      connection,
      `insert into events (transaction_id, type, actor_kind, actor_id)
       values ('99999999999999', 'server.created', 'system', 'test'),
              (pg_current_xact_id(), 'server.created', 'system', 'test')`,
    );
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
    const config = configFor(connection);
    for (let start = 0; start < 2; start += 1) await (await openDatabase(config, log)).close();
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /"events":1,.*came from another cluster/);
    await run(
      connection,
      `do $$ begin
         assert (select array_agg(transaction_id = '0' order by event_id) = '{t,f}' from events);
       end $$`,
    );
    // Nothing else of an event changes by that name, and no event of this cluster.
    const settling = `set switchboard.operation = 'settleEvents'`;
    for (const update of [
      `update events set transaction_id = '0'`,
      `insert into events (transaction_id, type, actor_kind, actor_id)
         values ('99999999999999', 'server.created', 'system', 'test');
       update events set transaction_id = '0', actor_id = 'other' where transaction_id <> '0'`,
    ])
      await assert.rejects(run(connection, settling, update), /events are append-only/);
  });

  const has15 = {
    skip: existsSync(FOLDER_15) ? false : `there is no PostgreSQL 15 in ${FOLDER_15}`,
  };
  test('of PostgreSQL 15, the oldest, takes every migration and the calls', has15, async () => {
    const connection = await startPostgres15();
    await requireUsable(connection);
    const database = openPostgres({ connection });
    const ran = await migrate(database);
    await database.close();
    assert.equal(ran.length, (await listMigrations()).length);

    const service = await startService({ connection });
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    const updates = Array.from({ length: 100 }, (_, n) =>
      partner.updateAccount({ account_id, server, account_name: `Name ${n}` }),
    );
    const revisions = (await Promise.all(updates)).map(({ revision }) => revision);
    assert.deepEqual(Math.max(...revisions), 101);
    const off = await partner.updateAccount({ account_id, server, account_status: 0 });
    assert.equal(off.suspended?.sessions_ended, 0);
    assert.equal((await partner.getAccounts()).totalOnline, 1);
    await partner.deleteAccount({ accountID: account_id, server });
    await service.operator.restoreAccount({ account_id, server });
  });
});

/** The machine's own PostgreSQL 15, for this file alone. */
async function startPostgres15(): Promise<pg.PoolConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-15-'));
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const options = { ...account, cwd: '/', env: { LC_ALL: 'C' } };
  await promisify(execFile)(
    join(FOLDER_15, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'],
    options,
  );
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`];
  const child = spawn(join(FOLDER_15, 'postgres'), ['-D', data, '-F', ...settings], {
    ...options,
    stdio: 'ignore',
  });
  atEnd(async () => {
    child.kill('SIGINT');
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });
  const connection = { ...addressOf(folder, 'postgres'), user: 'postgres' };
  for (;;)
    try {
      await run(connection, 'select 1');
      return connection;
    } catch {
      assert.equal(child.exitCode, null, 'PostgreSQL 15 ended');
      await sleep(20);
    }
}
