import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { atEnd } from '../testing/ends.ts';
import { cloneDatabase } from '../testing/service.ts';
import { type Database, DatabaseUnavailable } from './database.ts';
import { openPostgres } from './postgres.ts';

describe('the database', () => {
  let database: Database & { pool: { totalCount: number; idleCount: number } };
  before(async () => {
    database = openPostgres({ connection: await cloneDatabase(), connections: 4 });
    atEnd(() => database.close());
    await database.write((db) => db.query(sql`create table notes (id integer primary key)`));
  });

  const count = async () => (await database.read((db) => db.query(sql`select from notes`))).length;

  test('answers counters as numbers', async () => {
    const [row] = await database.read((db) => db.query(sql`select count(*) as n from notes`));
    assert.equal(row?.n, 0);
  });

  test('reads what is committed, whatever the database or the role say', async () => {
    const connection = await cloneDatabase();
    const other = openPostgres({ connection, connections: 1 });
    await other.write((db) =>
      db.query({
        text: `alter database ${connection.database} set default_transaction_isolation = serializable`,
        values: [],
      }),
    );
    await other.close();
    const later = openPostgres({ connection, connections: 1 });
    atEnd(() => later.close());
    const [row] = await later.write((db) => db.query(sql`show transaction_isolation`));
    assert.equal(row?.transaction_isolation, 'read committed');
  });

  test('rolls back what throws, and keeps the connection', async () => {
    const work = database.write(async (db) => {
      await db.query(sql`insert into notes values (1)`);
      throw new Error('changed my mind');
    });
    await assert.rejects(work, /changed my mind/);
    assert.equal(await count(), 0);
  });

  test('calls a lock that does not come unavailable, and does not give the connection up', async () => {
    const holder = await database.begin();
    await holder.query(sql`lock table notes`);
    const waiting = database.write(async (db) => {
      await db.query(sql`set local lock_timeout = '50ms'`);
      return db.query(sql`insert into notes values (2)`);
    });
    await assert.rejects(waiting, isUnavailable({ lost: false }));
    await holder.rollback();
    assert.equal(await count(), 0);
  });

  test('calls a cut connection lost, in a transaction too, and goes on with another one', async () => {
    const cut = database.write(async (db) => {
      await db.query(sql`insert into notes values (3)`);
      await db.query(sql`select pg_terminate_backend(pg_backend_pid())`);
    });
    await assert.rejects(cut, isUnavailable({ lost: true }));
    assert.equal(await count(), 0);
  });

  test('passes a fault of ours on as it is', async () => {
    const twice = database.write((db) => db.query(sql`insert into notes values (4), (4)`));
    await assert.rejects(twice, { code: '23505' });
    await assert.rejects(
      database.read((db) => db.query(sql`select nothing`)),
      { code: '42703' },
    );
  });

  test('gives every connection back, however its work ended', async () => {
    const work = Array.from({ length: 40 }, (_, n) =>
      database.write((db) => db.query(n % 2 ? sql`select 1` : sql`select 1/0`)),
    );
    await Promise.allSettled(work);
    assert.equal(database.pool.idleCount, database.pool.totalCount);
  });

  test('lets a statement take its time only where that was asked for', async () => {
    const slow = sql`select pg_sleep(2.7)`;
    const [ordinary, patient] = await Promise.allSettled([
      database.write((db) => db.query(slow)),
      database.write((db) => db.query(slow), { statementSeconds: 30 }),
    ]);
    assert.equal(ordinary.status, 'rejected');
    assert.equal(patient.status, 'fulfilled');
  });
});

const isUnavailable =
  ({ lost }: { lost: boolean }) =>
  (error: unknown) => {
    assert.ok(error instanceof DatabaseUnavailable);
    assert.equal(error.lost, lost);
    return true;
  };
