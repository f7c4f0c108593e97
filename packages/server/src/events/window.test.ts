import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { Database, Db } from '../database/database.ts';
import { startService } from '../testing/service.ts';
import { currentPosition, type EventRow, type Position, readWindow } from './window.ts';

const ACCOUNTS = 5;

describe('reading the log on', () => {
  let database: Database;
  before(async () => {
    ({ database } = await startService());
  });

  /** As operations do: under a lock of the account's own, several to a transaction. */
  const hold = (db: Db, account: number) =>
    db.query(sql`select pg_advisory_xact_lock(1, ${account})`);
  const write = (db: Db, account: number, subject: string) =>
    db.query(sql`
      insert into events (type, server, account_id, subject, actor_kind, actor_id)
      values ('account.updated', 'online', ${account}, ${subject}, 'system', 'test')`);
  const start = () => database.read(async (db) => (await currentPosition(db)).next);
  const read = (position: Position, most: number) =>
    database.read((db) => readWindow(db, position, most));
  const subjects = (rows: EventRow[]) => rows.map(({ subject }) => subject);

  /** Everything from a position on, by windows of so many rows. */
  async function readAll(position: Position, most: number) {
    const rows: EventRow[] = [];
    let next = position;
    do {
      const window = await read(next, most);
      assert.equal(window.rows.length <= most, true);
      rows.push(...window.rows);
      next = window.next;
    } while (next.within);
    return { rows, next };
  }

  test('gives every event once and an account’s in their order, whoever writes, waits and takes back meanwhile', async () => {
    const written = new Map<number, string[]>();
    let over = false;
    let position = await start();
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 25; n += 1) {
        const account = 1 + Math.floor(Math.random() * ACCOUNTS);
        const subject = `${writer}-${n}`;
        const open = await database.begin();
        // Numbers of transactions are given out early, those of events as they come.
        if (n % 2) await open.query(sql`select pg_current_xact_id()`);
        await hold(open, account);
        if (n % 3) {
          await open.query(sql`savepoint before`);
          await write(open, account, 'taken back');
          await open.query(sql`rollback to before`);
        }
        await write(open, account, subject);
        if (n % 5 === 0) await sleep(Math.random() * 4);
        if (n % 7 === 0) await open.rollback();
        else {
          // Noted while the account is held: this is the order.
          written.set(account, [...(written.get(account) ?? []), subject]);
          await open.commit();
        }
      }
    });
    const seen: EventRow[] = [];
    const reading = (async () => {
      for (let last = false; !last; ) {
        last = over;
        // In pieces too, so that much is written between them.
        const { rows, next } = await readAll(position, 3);
        seen.push(...rows);
        position = next;
      }
    })();
    await Promise.all(writers);
    over = true;
    await reading;
    for (const [account, order] of written)
      assert.deepEqual(subjects(seen.filter(({ account_id }) => account_id === account)), order);
    assert.equal(seen.length, [...written.values()].flat().length);
    assert.deepEqual((await readAll(position, 10)).rows, []);
  });

  test('in pieces leaves to the next window what was committed in between', async () => {
    const position = await start();
    const early = await database.begin();
    await write(early, 1, 'early');
    await database.write(async (db) => {
      for (let n = 0; n < 5; n += 1) await write(db, 2, `piece ${n}`);
    });
    const first = await read(position, 2);
    assert.deepEqual(subjects(first.rows), ['piece 0', 'piece 1']);
    await early.commit();
    const rest = await readAll(first.next, 2);
    assert.deepEqual(subjects(rest.rows), ['piece 2', 'piece 3', 'piece 4']);
    assert.deepEqual(subjects((await readAll(rest.next, 2)).rows), ['early']);
  });

  test('is not held up by a transaction that stays open, and sees nothing of it before its commit', async () => {
    const position = await start();
    const open = await database.begin();
    await write(open, 1, 'late');
    let next = position;
    for (let n = 0; n < 3; n += 1) {
      await database.write((db) => write(db, 2, `on ${n}`));
      const window = await readAll(next, 10);
      assert.deepEqual(subjects(window.rows), [`on ${n}`]);
      next = window.next;
    }
    await open.commit();
    assert.deepEqual(subjects((await readAll(next, 10)).rows), ['late']);
  });

  test('reads by the index: a window of a long log costs what is new', async () => {
    await database.write((db) =>
      db.query(sql`
        insert into events (type, server, account_id, actor_kind, actor_id)
        select 'account.updated', 'online', 9, 'system', 'test' from generate_series(1, 20000)`),
    );
    await database.write((db) => db.query(sql`analyze events`));
    const position = await start();
    await database.write((db) => write(db, 1, 'new'));
    const plans: string[] = [];
    const explaining: Db = {
      query: async <Row>({ text, values }: { text: string; values: unknown[] }) => {
        const rows = await database.read((db) =>
          db.query<Record<string, string>>({ text: `explain ${text}`, values }),
        );
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return [{ snapshot: '1:1:', source: '', event_id: null }] as Row[];
      },
    };
    await readWindow(explaining, position, 1000);
    await readWindow(
      explaining,
      { ...position, within: { upTo: position.snapshot, after: 20_000 } },
      1000,
    );
    for (const plan of plans) {
      assert.match(plan, /Index/, plan);
      assert.doesNotMatch(plan, /Seq Scan on events/, plan);
    }
  });
});
