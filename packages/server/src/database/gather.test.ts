import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../testing/http.ts';
import { startService } from '../testing/service.ts';
import { Gatherer, type GatherOptions } from './gather.ts';

type Call = { key: string; n: number; fails?: boolean };

/** A gatherer over statements that finish when the test says so. */
function gathererOf(options: GatherOptions) {
  const statements: Call[][] = [];
  const waiting: (() => void)[] = [];
  const run = async (calls: Call[]) => {
    statements.push(calls);
    await new Promise<void>((finish) => waiting.push(finish));
    if (calls.some(({ fails }) => fails)) throw new Error('a row failed');
    return calls.map(({ n }) => n);
  };
  const finishAll = async () => {
    for (let idle = 0; idle < 5; idle += 1) {
      if (waiting.length > 0) idle = 0;
      for (const finish of waiting.splice(0)) finish();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const gatherer = new Gatherer(run, ({ key }: Call) => key, options);
  return { gatherer, statements, finishAll };
}

const ALWAYS = { startAt: 0, most: 4, inFlight: 2 };
const calls = (count: number, key = (n: number) => `key ${n}`): Call[] =>
  Array.from({ length: count }, (_, n) => ({ key: key(n), n }));

describe('gathering', () => {
  test('runs a lone call at once and by itself', () => {
    for (const options of [ALWAYS, { startAt: 8, most: 64, inFlight: 2 }]) {
      const { gatherer, statements } = gathererOf(options);
      void gatherer.add({ key: 'a', n: 0 });
      assert.deepEqual(statements, [[{ key: 'a', n: 0 }]]);
    }
  });

  test('gives each call its own outcome, in statements of at most `most` rows', async () => {
    const { gatherer, statements, finishAll } = gathererOf(ALWAYS);
    const outcomes = calls(50).map((call) => gatherer.add(call));
    await finishAll();
    assert.deepEqual(
      await Promise.all(outcomes),
      calls(50).map(({ n }) => n),
    );
    assert.ok(statements.every(({ length }) => length <= 4));
    assert.ok(statements.some(({ length }) => length === 4));
    assert.equal(statements.flat().length, 50);
  });

  test('has no more than `inFlight` shared statements at once', async () => {
    const { gatherer, statements, finishAll } = gathererOf(ALWAYS);
    for (const call of calls(50)) void gatherer.add(call);
    assert.equal(statements.length, 2);
    await finishAll();
  });

  test('keeps the order of calls of one key and never puts two in one statement', async () => {
    const { gatherer, statements, finishAll } = gathererOf(ALWAYS);
    const outcomes = calls(40, (n) => `key ${n % 3}`).map((call) => gatherer.add(call));
    await finishAll();
    await Promise.all(outcomes);
    for (const statement of statements)
      assert.equal(new Set(statement.map(({ key }) => key)).size, statement.length);
    for (const key of ['key 0', 'key 1', 'key 2']) {
      const order = statements.flat().filter((call) => call.key === key);
      assert.deepEqual(
        order,
        [...order].sort((a, b) => a.n - b.n),
      );
    }
  });

  test('runs a call of one key only when the one before it is done', async () => {
    const { gatherer, statements, finishAll } = gathererOf({ startAt: 8, most: 4, inFlight: 2 });
    const outcomes = calls(3, () => 'same').map((call) => gatherer.add(call));
    assert.equal(statements.length, 1);
    await finishAll();
    assert.deepEqual(await Promise.all(outcomes), [0, 1, 2]);
    assert.equal(statements.length, 3);
  });

  test('lets a failing call fail alone, and goes on', async () => {
    const { gatherer, finishAll } = gathererOf(ALWAYS);
    const all = calls(20).map((call) => ({ ...call, fails: call.n % 7 === 5 }));
    const outcomes = Promise.allSettled(all.map((call) => gatherer.add(call)));
    await finishAll();
    const settled = await outcomes;
    assert.deepEqual(
      settled.map(({ status }) => status === 'rejected'),
      all.map(({ fails }) => fails),
    );
    const later = gatherer.add({ key: 'key 5', n: 99 });
    await finishAll();
    assert.equal(await later, 99);
  });

  test('a call that is retried keeps neither the others of its statement nor a place waiting', async () => {
    const started: string[] = [];
    const gatherer = new Gatherer(
      async (together: Call[]) => {
        await new Promise((resolve) => setImmediate(resolve));
        started.push(together.map(({ key }) => key).join());
        if (together.some(({ fails }) => fails) && together.length > 1) throw new Error('locked');
        if (together[0]?.fails) await new Promise(() => {});
        return together.map(({ n }) => n);
      },
      ({ key }) => key,
      { startAt: 0, most: 4, inFlight: 1 },
    );
    void gatherer.add({ key: 'first', n: 0 });
    void gatherer.add({ key: 'stuck', n: 1, fails: true });
    const beside = gatherer.add({ key: 'beside', n: 2 });
    const behind = gatherer.add({ key: 'beside', n: 3 });
    const later = gatherer.add({ key: 'later', n: 4 });
    assert.deepEqual(await Promise.all([beside, behind, later]), [2, 3, 4]);
    assert.deepEqual(started.slice(0, 3), ['first', 'stuck,beside,later', 'stuck']);
  });

  test('never shares below `startAt` calls', async () => {
    const { gatherer, statements, finishAll } = gathererOf({ startAt: 1e9, most: 64, inFlight: 2 });
    const outcomes = calls(30).map((call) => gatherer.add(call));
    await finishAll();
    await Promise.all(outcomes);
    assert.ok(statements.every(({ length }) => length === 1));
  });
});

describe('many calls at once', () => {
  const many = (count: number, from = 0): Call[] =>
    Array.from({ length: count }, (_, n) => ({ key: `key ${from + n}`, n: from + n }));
  const inOrder = (settled: PromiseSettledResult<number>[]) =>
    settled.map((each) => (each.status === 'fulfilled' ? each.value : each.status));

  test('share statements of their own, one at a time, and a lone call beside them waits for none', async () => {
    const { gatherer, statements, finishAll } = gathererOf({ startAt: 8, most: 4, inFlight: 2 });
    const outcomes = gatherer.addMany(many(10), 1);
    assert.deepEqual(
      statements.map(({ length }) => length),
      [4],
    );
    const lone = gatherer.add({ key: 'lone', n: 99 });
    assert.deepEqual(statements[1], [{ key: 'lone', n: 99 }]);
    await finishAll();
    assert.equal(await lone, 99);
    assert.deepEqual(
      inOrder(await outcomes),
      many(10).map(({ n }) => n),
    );
  });

  test('of several owners take turns, statement by statement', async () => {
    const { gatherer, statements, finishAll } = gathererOf(ALWAYS);
    const all = [gatherer.addMany(many(10), 1), gatherer.addMany(many(3, 100), 2)];
    await finishAll();
    await Promise.all(all);
    assert.deepEqual(
      statements.map((statement) => statement.map(({ n }) => n)),
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [100, 101, 102],
        [8, 9],
      ],
    );
  });

  test('wait behind a call of their key, and let one wait behind them', async () => {
    const { gatherer, statements, finishAll } = gathererOf(ALWAYS);
    const first = gatherer.add({ key: 'key 1', n: 50 });
    const outcomes = gatherer.addMany(many(3), 1);
    const last = gatherer.add({ key: 'key 1', n: 51 });
    assert.deepEqual(
      statements.map((statement) => statement.map(({ n }) => n)),
      [[50], [0, 2]],
    );
    await finishAll();
    assert.deepEqual([await first, await last], [50, 51]);
    assert.deepEqual(inOrder(await outcomes), [0, 1, 2]);
    assert.deepEqual(
      statements.flat().flatMap(({ key, n }) => (key === 'key 1' ? n : [])),
      [50, 1, 51],
    );
  });

  test('fail one by one, tried again a few at a time', async () => {
    let running = 0;
    let most = 0;
    const gatherer = new Gatherer(
      async (together: Call[]) => {
        if (together.length > 1) throw new Error('locked');
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (together[0]?.fails) throw new Error('stuck');
        return together.map(({ n }) => n);
      },
      ({ key }) => key,
    );
    const calls = many(40).map((call) => ({ ...call, fails: call.n % 9 === 5 }));
    const settled = inOrder(await gatherer.addMany(calls, 1));
    assert.deepEqual(
      settled,
      calls.map(({ n, fails }) => (fails ? 'rejected' : n)),
    );
    assert.ok(most <= 4, `${most} at once`);
  });
});

test('a row that another transaction holds fails only its own call, with 503', async () => {
  const service = await startService({ gather: { startAt: 0, most: 64, inFlight: 1 } });
  const partner = await service.newPartner();
  const ids = await Promise.all(Array.from({ length: 12 }, () => service.newAccount(partner)));
  const [held = 0] = ids;
  const token = await partner.accessToken();
  const rename = (account_id: number) =>
    send(service.baseUrl, 'updateAccount', {
      token,
      body: { account_id, server: 'online', account_name: 'Renamed' },
    });
  const holder = await service.database.begin();
  await holder.query(sql`select from accounts where account_id = ${held} for update`);
  const answers = await Promise.all([...ids, ...ids.slice(1)].map(rename));
  await holder.rollback();
  for (const [index, heard] of answers.entries())
    if (index === 0) {
      assertRefused(heard, 40, 503);
      assert.equal(heard.headers['retry-after'], '1');
    } else assert.equal(heard.http, 200, heard.text);
  const { list } = await partner.getAccounts();
  const renamed = list.filter(({ account_name }) => account_name === 'Renamed');
  assert.equal(renamed.length, ids.length - 1);
  assert.ok(renamed.every(({ revision }) => revision === 2));
  assert.equal((await rename(held)).body.revision, 2);
});

test('rows that another transaction holds do not stall the calls for other accounts', async () => {
  const service = await startService();
  const partner = await service.newPartner();
  const ids = await Promise.all(Array.from({ length: 30 }, () => service.newAccount(partner)));
  const held = ids.slice(0, 4);
  await partner.accessToken();
  const settled: number[] = [];
  const rename = (account_id: number) =>
    partner
      .updateAccount({ account_id, server: 'online', account_name: 'Renamed' })
      .finally(() => settled.push(account_id));
  const holder = await service.database.begin();
  await holder.query(sql`select from accounts where account_id = any (${held}) for update`);
  const stuck = Promise.allSettled(held.map(rename));
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all(ids.slice(4).map(rename));
  assert.deepEqual(
    settled.filter((id) => held.includes(id)),
    [],
  );
  await holder.rollback();
  await stuck;
});
