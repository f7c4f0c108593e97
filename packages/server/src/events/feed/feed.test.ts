import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventType, feedEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database, Db } from '../../database/database.ts';
import { fillLog, walkFeed } from '../../testing/scenes/feed.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { type FeedFilter, logNow, readFeed } from './feed.ts';
import { readFeedCursor, writeFeedCursor } from './feed-cursor.ts';

const ACCOUNTS = 4;
const WRITERS = 6;
const READERS = 4;
// So small that a window has many pieces, and begins at milestones.
const NARROW = { own: 7, window: 3 };
const ROUNDS = 25;

const EVERYTHING = { types: feedEventTypes, server: null, accountId: null };

const chance = (one: number) => Math.random() < 1 / one;
const some = (most: number) => 1 + Math.floor(Math.random() * most);

describe('the feed', () => {
  let service: TestService;
  let database: Database;
  let partner: TestPartner;

  before(async () => {
    // Its own milestones would come at any time.
    service = await startService({ delivers: false });
    database = service.database;
    partner = await service.newPartner();
  });

  const write = (db: Db, account: number, reason: string, type: EventType = 'account.updated') =>
    db.query<{ event_id: number }>(sql`
      insert into events
        (type, partner_id, server, account_id, status_reason, actor_kind, actor_id)
      values (${type}, ${partner.partner}, 'online', ${account}, ${reason}, 'system', 'test')
      returning event_id`);
  const milestone = () =>
    database.write((db) =>
      db.query(sql`insert into log_milestones (snapshot) values (pg_current_snapshot())`),
    );
  const reasons = (list: { status_reason: string | null }[]) =>
    list.map(({ status_reason }) => status_reason);
  /** Everything from a cursor on that is there now. */
  async function readAll(cursor?: string, more: object = {}) {
    const list = [];
    for (let empty = 0; empty < 2; ) {
      const page = await partner.getEvents({ cursor, limit: 1000, ...more });
      list.push(...page.list);
      cursor = page.next_cursor;
      empty = page.list.length === 0 ? empty + 1 : 0;
    }
    return { list, cursor: cursor ?? '' };
  }

  /** A change as one of many ways of working with a database makes it. */
  async function change(account: number, reason: string, written: Map<number, string[]>) {
    const open = await database.begin();
    if (chance(2)) await open.query(sql`select pg_current_xact_id()`);
    const [early] = chance(3)
      ? await open.query<{ event_id: number }>(sql`
          select nextval(pg_get_serial_sequence('events', 'event_id')) as event_id`)
      : [];
    if (early) await sleep(some(4));
    // As operations do: an account's events are recorded while it is held.
    await open.query(sql`select pg_advisory_xact_lock(7, ${account})`);
    if (chance(3)) {
      await open.query(sql`savepoint before`);
      await write(open, account, 'taken back');
      await open.query(sql`rollback to before`);
    }
    const order = written.get(account) ?? written.set(account, []).get(account) ?? [];
    if (chance(8)) {
      await write(open, account, 'rolled back');
      await open.rollback();
      return;
    }
    for (let n = some(3); n > 0; n -= 1) {
      if (chance(4)) {
        await open.query(sql`savepoint part`);
        await write(open, account, `${reason}-${n}`);
        await open.query(sql`release part`);
      } else await write(open, account, `${reason}-${n}`);
      order.push(`${reason}-${n}`);
    }
    if (early) {
      // Of no account: a number drawn early, and behind others by the time it commits.
      await open.query(sql`
        insert into events (event_id, type, partner_id, status_reason, actor_kind, actor_id)
        values (${early.event_id}, 'webhook.updated', ${partner.partner}, ${`early-${reason}`},
          'system', 'test')`);
      written.get(0)?.push(`early-${reason}`);
    }
    if (chance(4)) await sleep(some(30));
    await open.commit();
  }

  test('gives every event exactly once and those of an account in their order, to every reader, whatever runs in parallel', async () => {
    const written = new Map<number, string[]>([[0, []]]);
    const { cursor: start } = await readAll();
    let over = false;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let n = 0; n < ROUNDS; n += 1) {
        await change(some(ACCOUNTS), `${writer}.${n}`, written);
        if (chance(10)) await milestone();
      }
    });
    const filter = { ...EVERYTHING, partnerId: partner.partner };
    /** Half of them through the door, half by steps that are as small as can be. */
    const page = async (cursor: string, limit: number, isNarrow: boolean) => {
      if (!isNarrow) {
        const { list, next_cursor } = await partner.getEvents({ cursor, limit });
        return { list, next: next_cursor, isPresent: list.length === 0 };
      }
      const position = readFeedCursor(cursor) ?? null;
      const { rows, next, isPresent } = await database.read(async (db) =>
        readFeed(db, position, await logNow(db), filter, limit, NARROW),
      );
      return { list: rows, next: writeFeedCursor(next), isPresent };
    };
    const readers = Array.from({ length: READERS }, async (_, reader) => {
      const seen: { event_id: number; account_id: number | null; status_reason: string | null }[] =
        [];
      let cursor = start;
      for (let last = false; !last; ) {
        last = over;
        for (let isPresent = false; !isPresent; ) {
          const read = await page(cursor, some(last ? 9 : 4), reader % 2 === 1);
          seen.push(...read.list);
          cursor = read.next;
          isPresent = read.isPresent;
          if (chance(reader % 2 ? 20 : 3)) await sleep(some(20));
        }
      }
      return seen;
    });
    await Promise.all(writers);
    over = true;
    for (const seen of await Promise.all(readers)) {
      assert.equal(new Set(seen.map(({ event_id }) => event_id)).size, seen.length);
      for (let account = 1; account <= ACCOUNTS; account += 1)
        assert.deepEqual(
          reasons(seen.filter(({ account_id }) => account_id === account)),
          written.get(account) ?? [],
        );
      assert.deepEqual(
        reasons(seen.filter(({ account_id }) => account_id === null)).sort(),
        written.get(0)?.sort(),
      );
    }
    const { list } = await readAll();
    const table = await database.read((db) =>
      db.query<{ event_id: number }>(sql`
        select event_id from events
        where partner_id = ${partner.partner} and type = any (${feedEventTypes})
        order by event_id`),
    );
    assert.deepEqual(
      list.map(({ event_id }) => event_id),
      table.map(({ event_id }) => event_id),
    );
  });

  test('keeps the order of an account whose later event has the transaction of the smaller number', async () => {
    let { cursor } = await readAll();
    const early = await database.begin();
    await early.query(sql`select pg_current_xact_id()`);
    await database.write((db) => write(db, 1, 'first'));
    await milestone();
    await write(early, 1, 'second');
    await database.write((db) => write(db, 2, 'between'));
    const seen: (string | null)[] = [];
    const read = async () => {
      const page = await partner.getEvents({ cursor, limit: 1 });
      seen.push(...reasons(page.list));
      cursor = page.next_cursor;
    };
    await read();
    await early.commit();
    for (let n = 0; n < 6; n += 1) await read();
    assert.deepEqual(seen, ['first', 'between', 'second']);
  });

  test('leaves to the next window what commits while one is read piece by piece', async () => {
    const { cursor } = await readAll();
    const open = await database.begin();
    await write(open, 3, 'late');
    await database.write(async (db) => {
      for (const n of [1, 2, 3]) await write(db, 4, `piece ${n}`);
    });
    const first = await partner.getEvents({ cursor, limit: 1 });
    await open.commit();
    const rest = await readAll(first.next_cursor, { limit: 2 });
    assert.deepEqual(reasons([...first.list, ...rest.list]), [
      ...['piece 1', 'piece 2', 'piece 3'],
      'late',
    ]);
  });

  describe('of a log of 200,000 events', () => {
    let rich: TestPartner;
    let start: string;
    let filter: FeedFilter;

    before(async () => {
      rich = await service.newPartner();
      const busy = await service.newPartner();
      const { next_cursor } = await rich.getEvents();
      start = next_cursor;
      filter = { ...EVERYTHING, partnerId: rich.partner, types: ['account.restored'] };
      await fillLog(database, [rich.partner, busy.partner], milestone);
    });

    test('finds a rare type in many small steps: by milestones, along its own events, and in an account', async () => {
      const expected = (
        await database.read((db) =>
          db.query<{ event_id: number }>(sql`
            select event_id from events
            where partner_id = ${rich.partner} and type = 'account.restored' order by 1`),
        )
      ).map(({ event_id }) => event_id);
      assert.equal(expected.length, 4);
      const byMilestones = await walkFeed(database, start, filter);
      const fromTheBeginning = await walkFeed(database, null, filter);
      const inAccount = await walkFeed(database, start, {
        ...filter,
        server: 'online',
        accountId: 1077,
      });
      await database.write((db) => db.query(sql`delete from log_milestones`));
      const withoutMilestones = await walkFeed(database, start, filter);
      const walks = { byMilestones, fromTheBeginning, inAccount, withoutMilestones };
      for (const [way, { found, steps, dearest }] of Object.entries(walks)) {
        assert.deepEqual(found, expected, way);
        assert.ok(dearest < 25_000, `${way}: ${dearest} rows in one of ${steps} steps`);
        assert.ok(steps < 50, `${way}: ${steps} steps`);
      }
    });
  });
});
