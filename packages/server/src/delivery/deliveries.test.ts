import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import {
  makeDeliveries,
  refusedWith,
  startWebhooks,
  URL_SET,
} from '../testing/scenes/deliveries.ts';
import type { TestPartner } from '../testing/service.ts';

const server = 'online';

describe("a partner's deliveries", () => {
  let scene: Awaited<ReturnType<typeof startWebhooks>>;
  let partner: TestPartner;

  before(async () => {
    scene = await startWebhooks();
    await scene.service.operator.createServer({ server: 'second' });
  });

  /** Accounts with three events each, of a partner of its own. */
  async function scenery(accounts = 1): Promise<number[]> {
    partner = await scene.newPartner();
    const made: number[] = [];
    for (let n = 0; n < accounts; n += 1) {
      const account_id = await scene.service.newAccount(partner, { reference: `Ref${n}` });
      const off = { account_status: 0, status_reason: 'unpaid' } as const;
      await partner.updateAccount({ account_id, server, ...off });
      await partner.updateAccount({ account_id, server, account_status: 1 });
      made.push(account_id);
    }
    await makeDeliveries(scene.service);
    return made;
  }
  const setState = (ids: number[], state: string) =>
    scene.run(sql`
      with changed as (
        update deliveries
        set state = ${state}, tries = 6, first_failed_at = now()
        where event_id = any (${ids}) and state = 'waiting'
        returning server, account_id
      ),
      counted as (select server, account_id, count(*) as n from changed group by 1, 2)
      update delivery_lanes l
      set waiting = l.waiting - n, due_at = case when l.waiting > n then l.due_at end
      from counted c where c.server = l.server and c.account_id = l.account_id`);
  const ids = async (query: Parameters<TestPartner['getDeliveries']>[0] = {}) =>
    (await partner.getDeliveries(query)).list.map(({ delivery_id }) => delivery_id);

  test('are listed from the newest to the oldest, page by page, each once', async () => {
    await scenery(2);
    const { list, next_cursor } = await partner.getDeliveries();
    assert.equal(next_cursor, undefined);
    const types = ['account.resumed', 'account.suspended', 'account.created'];
    assert.deepEqual(
      list.map(({ type }) => type),
      [...types, ...types],
    );
    for (const [index, delivery] of list.entries()) {
      assert.equal(delivery.delivery_id, delivery.event_id);
      assert.ok(delivery.delivery_id < (list[index - 1]?.delivery_id ?? Number.MAX_SAFE_INTEGER));
      assert.ok(Math.abs(delivery.create_time - Date.now() / 1000) < 600);
    }
    const paged: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await partner.getDeliveries({ limit: 4, ...(cursor && { cursor }) });
      paged.push(...page.list.map(({ delivery_id }) => delivery_id));
      cursor = page.next_cursor;
    } while (cursor);
    assert.deepEqual(
      paged,
      list.map(({ delivery_id }) => delivery_id),
    );
    assert.deepEqual(await partner.getDeliveries({ limit: 6 }), await partner.getDeliveries());
  });

  test('are found by state, account, server and event', async () => {
    const [one = 0, two = 0] = await scenery(2);
    const all = await ids();
    await setState(all.slice(0, 2), 'failed');
    await setState(all.slice(2, 4), 'delivered');
    assert.deepEqual(await ids({ state: 'failed' }), all.slice(0, 2));
    assert.deepEqual(await ids({ state: 'delivered' }), all.slice(2, 4));
    assert.deepEqual(await ids({ state: 'waiting' }), all.slice(4));
    assert.deepEqual(await ids({ account_id: two }), all.slice(0, 3));
    assert.deepEqual(await ids({ accountID: one, server, state: 'waiting' }), all.slice(4));
    assert.deepEqual(await ids({ account_id: one, limit: 1, cursor: String(all[3]) }), [all[4]]);
    assert.deepEqual(await ids({ server }), all);
    assert.deepEqual(await ids({ server: 'second' }), []);
    assert.deepEqual(await ids({ event_id: all[3] ?? 0 }), [all[3]]);
    assert.deepEqual(await ids({ event_id: all[3] ?? 0, state: 'failed' }), []);
    assert.equal(await refusedWith(partner.getDeliveries({ server: 'nowhere' })), '34 404');
    assert.equal(await refusedWith(partner.getDeliveries({ account_id: 9_999_998 })), '33 404');
    for (const wrong of ['online.1', '0', 'x', '9007199254740993'])
      assert.equal(await refusedWith(partner.getDeliveries({ cursor: wrong })), '54 422', wrong);
  });

  test('are looked through in bounded steps where few match: the cursor moves though a page is empty', async () => {
    const [account_id = 0] = await scenery();
    await scene.run(sql`
      insert into events (event_id, type, partner_id, server, account_id, actor_kind, actor_id)
      select 5000000 + n, 'account.updated', ${partner.partner}, ${server}, ${account_id},
        'system', 'test'
      from generate_series(1, 5001) n`);
    await scene.run(sql`
      insert into deliveries (event_id, partner_id, server, account_id, state)
      select 5000000 + n, ${partner.partner}, ${server}, ${account_id}, 'delivered'
      from generate_series(1, 5001) n`);
    for (const filter of [{ state: 'waiting' }, { state: 'waiting', account_id }] as const) {
      const { list, next_cursor } = await partner.getDeliveries(filter);
      assert.deepEqual([list, next_cursor], [[], '5000002']);
      const rest = await partner.getDeliveries({ ...filter, cursor: '5000002' });
      assert.deepEqual([rest.list.length, rest.next_cursor], [3, undefined]);
    }
  });

  test('say when they are tried next: the first of an account, not while paused or cleared', async () => {
    await scenery();
    const next = async () =>
      (await partner.getDeliveries()).list.map(({ next_attempt_at }) => next_attempt_at);
    const at = '2031-01-02T03:04:05.678Z';
    const probe = '2032-01-01T00:00:00.000Z';
    await scene.run(sql`update delivery_lanes set due_at = ${at}
      where partner_id = ${partner.partner}`);
    assert.deepEqual(await next(), [null, null, at]);
    await scene.run(sql`update webhooks set probes = 0, open_at = ${probe}
      where partner_id = ${partner.partner}`);
    assert.deepEqual(await next(), [null, null, probe]);
    await scene.run(
      sql`update webhooks set paused_at = now() where partner_id = ${partner.partner}`,
    );
    assert.deepEqual(await next(), [null, null, null]);
    await partner.setWebhook({ url: '' });
    assert.deepEqual(await next(), [null, null, null]);
    await partner.setWebhook({ url: URL_SET });
    const [, , first] = await next();
    assert.ok(Date.parse(first ?? '') <= Date.now());
  });

  test('show what is sent, each try and what was answered', async () => {
    const [account_id] = await scenery();
    const [, delivery_id = 0] = await ids();
    const at = '2026-01-02T03:04:05.678Z';
    await scene.run(sql`
      insert into delivery_attempts (event_id, at, outcome, http_status, milliseconds, answer)
      values (${delivery_id}, ${at}, 'status_500', 500, 87, 'Oh "no" 😀'),
        (${delivery_id}, '2026-01-02T03:04:05Z', 'timeout', null, 5000, null)`);
    const attempts = [
      { at: '2026-01-02T03:04:05.000Z', outcome: 'timeout', http_status: null, milliseconds: 5000 },
      { at, outcome: 'status_500', http_status: 500, milliseconds: 87 },
    ];
    const { list } = await partner.getDeliveries();
    assert.deepEqual(list.find((listed) => listed.delivery_id === delivery_id)?.attempts, attempts);
    const { payload, ...delivery } = await partner.getDelivery({ delivery_id });
    assert.deepEqual(delivery.attempts, [
      { ...attempts[0], answer: null },
      { ...attempts[1], answer: 'Oh "no" 😀' },
    ]);
    assert.deepEqual(payload, {
      type: 'account.suspended',
      timestamp: payload.timestamp,
      data: {
        ...{ event_id: delivery_id, account_id, server, reference: 'Ref0' },
        account_name: 'My Account',
        changes: { account_status: { from: 1, to: 0 } },
        status_reason: 'unpaid',
        actor: { kind: 'credential', id: partner.clientId },
        revision: 2,
      },
    });
    await scene.run(sql`
      insert into delivery_attempts (event_id, outcome, milliseconds)
      select ${delivery_id}, 'reset', n from generate_series(1, 60) n`);
    const { attempts: many } = await partner.getDelivery({ delivery_id });
    assert.deepEqual([many.length, many[0]?.outcome], [50, 'reset']);
  });

  test("are nobody else's", async () => {
    const [account_id = 0] = await scenery();
    const [delivery_id = 0] = await ids();
    await setState([delivery_id], 'failed');
    const other = await scene.newPartner();
    assert.deepEqual((await other.getDeliveries({ event_id: delivery_id })).list, []);
    assert.deepEqual((await other.getDeliveries({ state: 'failed' })).list, []);
    for (const id of [delivery_id, 999_999_999])
      assert.equal(await refusedWith(other.getDelivery({ delivery_id: id })), '65 404');
    assert.equal(await refusedWith(other.getDeliveries({ account_id })), '33 404');
    assert.equal((await other.resendDeliveries({ since: 0 })).due, 0);
    assert.deepEqual(await ids({ state: 'failed' }), [delivery_id]);
    for (const wrong of [0, 1.5, -1])
      assert.equal(await refusedWith(other.getDelivery({ delivery_id: wrong })), '65 422');
  });

  test('that failed wait again from a time on, with their lanes right', async () => {
    const [one = 0, two = 0, three = 0] = await scenery(3);
    const all = (await ids()).reverse();
    const later = async (account_id: number, leased = false) =>
      scene.run(sql`
        update delivery_lanes
        set due_at = '2031-01-01Z', lease = case when ${leased} then gen_random_uuid() end
        where account_id = ${account_id} and partner_id = ${partner.partner}`);
    // Of one all failed, and its lane is gone; of two the first, of three what is behind others.
    await setState(all.slice(0, 3), 'failed');
    await scene.run(sql`delete from delivery_lanes where account_id = ${one}`);
    await setState(all.slice(3, 4), 'failed');
    await setState(all.slice(8), 'failed');
    await scene.run(sql`update deliveries set created_at = to_timestamp(1000)
      where event_id = ${all[0]}`);
    await later(two);
    await later(three, true);
    assert.deepEqual((await partner.resendDeliveries({ since: 1001, state: 'failed' })).due, 4);
    const lanes = await scene.run(sql`
      select account_id, waiting, due_at <= now() as due from delivery_lanes
      where partner_id = ${partner.partner} order by account_id`);
    assert.deepEqual(lanes, [
      { account_id: one, waiting: 2, due: true },
      { account_id: two, waiting: 3, due: true },
      { account_id: three, waiting: 3, due: false },
    ]);
    assert.deepEqual(await ids({ state: 'failed' }), [all[0]]);
    const [again] = await scene.run(sql`
      select tries, first_failed_at from deliveries where event_id = ${all[1]}`);
    assert.deepEqual(again, { tries: 0, first_failed_at: null });
    assert.equal((await partner.resendDeliveries({ since: 1001 })).due, 0);
    assert.equal((await partner.resendDeliveries({ since: '1000' })).due, 1);
    await partner.setWebhook({ url: '' });
    assert.equal(await refusedWith(partner.resendDeliveries({ since: 0 })), '68 409');
  });

  test('that failed are made to wait once, however many ask at the same time', async () => {
    await scenery(2);
    await setState(await ids(), 'failed');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => partner.resendDeliveries({ since: 0 })),
    );
    assert.equal(
      answers.reduce((sum, { due }) => sum + due, 0),
      6,
    );
    const lanes = await scene.run<{ waiting: number }>(sql`
      select waiting from delivery_lanes where partner_id = ${partner.partner}`);
    assert.deepEqual(lanes, [{ waiting: 3 }, { waiting: 3 }]);
  });
});
