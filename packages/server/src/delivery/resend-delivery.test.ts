/** Pushes that somebody asks for: one delivery once more, or a test of the address. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { refusedWith } from '../testing/scenes/deliveries.ts';
import { endAnswers, holdAnswers, newTold, untilOpen } from '../testing/scenes/webhook.ts';
import { startService, type TestService } from '../testing/service.ts';

const environment = { WEBHOOK_ALLOW_PRIVATE: 'true' };

describe('a push that somebody asks for', () => {
  let service: TestService;
  before(async () => {
    service = await startService({ environment });
  });

  const run = <Row = object>(statement: ReturnType<typeof sql>): Promise<Row[]> =>
    service.database.write((db) => db.query<Row>(statement));

  /** Of one account: the first was delivered, the second refused, a third waits behind it. */
  async function refused() {
    const told = await newTold(service);
    const id = await told.newAccount();
    await told.taken(1);
    told.receiver.answer(500);
    await told.rename(id, 'Refused');
    await told.until('refused', (all) => all[1]?.outcomes.length === 1);
    await told.rename(id, 'Waits behind it');
    const [, first, second] = await told.until('made', (all) => all.length === 3);
    return { told, id, first: first?.event_id ?? 0, second: second?.event_id ?? 0 };
  }

  test('tells what came of it, and a test’s body holds nothing else', async () => {
    const { told, first } = await refused();
    for (const status of [500, 410]) {
      told.receiver.answer(status);
      const expected = { outcome: `status_${status}`, http_status: status };
      for (const call of [
        told.partner.testWebhook(),
        told.partner.resendDelivery({ delivery_id: first }),
      ]) {
        const { outcome, http_status, milliseconds } = await call;
        assert.deepEqual({ outcome, http_status }, expected);
        assert.ok(milliseconds >= 0);
      }
    }
    const sent = told.receiver.arrived.find(({ type }) => type === 'webhook.test');
    const { timestamp, ...body } = JSON.parse(sent?.body ?? '');
    assert.deepEqual(body, { type: 'webhook.test', data: {} });
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
    await told.receiver.close();
    assert.equal((await told.partner.testWebhook()).outcome, 'connection_refused');
    const { attempts } = await told.partner.getDelivery({ delivery_id: first });
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      ['status_500', 'status_500', 'status_410'],
    );
  });

  test('of a waiting one marks it delivered, and its lane goes on', async () => {
    const { told, first, second } = await refused();
    told.receiver.answer(200);
    assert.equal((await told.partner.resendDelivery({ delivery_id: first })).outcome, 'delivered');
    await told.taken(3);
    assert.deepEqual(told.receiver.arrived.map(({ data }) => data.event_id).slice(-2), [
      first,
      second,
    ]);
    const lanes = await run(sql`
      select waiting, due_at from delivery_lanes where partner_id = ${told.partnerId}`);
    assert.deepEqual(lanes, [{ waiting: 0, due_at: null }]);
  });

  test('of one behind another marks it delivered, and the other waits as it did', async () => {
    const { told, first, second } = await refused();
    told.receiver.answer(200);
    await told.partner.resendDelivery({ delivery_id: second });
    const { state, next_attempt_at } = await told.partner.getDelivery({ delivery_id: first });
    assert.equal(state, 'waiting');
    assert.ok(Date.parse(next_attempt_at ?? '') > Date.now());
    await told.pass(3_600);
    await told.taken(3);
  });

  test('of one that failed marks it delivered, also where its lane is gone', async () => {
    const { told, first } = await refused();
    await run(sql`update deliveries set state = 'failed' where partner_id = ${told.partnerId}`);
    await run(sql`delete from delivery_lanes where partner_id = ${told.partnerId}`);
    told.receiver.answer(200);
    await told.partner.resendDelivery({ delivery_id: first });
    assert.equal((await told.partner.getDelivery({ delivery_id: first })).state, 'delivered');
  });

  test('that is taken ends trouble and a pause', async () => {
    for (const ended of [sql`probes = 3`, sql`paused_at = now()`]) {
      const { told, first } = await refused();
      await run(sql`
        update webhooks set ${ended}, failures = 3, open_at = now() + interval '1 day'
        where partner_id = ${told.partnerId}`);
      told.receiver.answer(200);
      await told.partner.resendDelivery({ delivery_id: first });
      await told.taken(3);
      const { failures, probes, paused_at } = await told.webhook();
      assert.deepEqual([failures, probes, paused_at], [0, null, null]);
    }
  });

  test('is refused while one is under way, without an address, and for another’s', async () => {
    const { told, first } = await refused();
    const open = holdAnswers(told);
    const resent = told.partner.resendDelivery({ delivery_id: first });
    await untilOpen(open, 1);
    const again = told.partner.resendDelivery({ delivery_id: first });
    assert.equal(await refusedWith(again), '42 409');
    const tests = Array.from({ length: 3 }, () => told.partner.testWebhook());
    await untilOpen(open, 4);
    assert.equal(await refusedWith(told.partner.testWebhook()), '43 429');
    endAnswers(open, 200);
    for (const { outcome } of await Promise.all([resent, ...tests]))
      assert.equal(outcome, 'delivered');
    const other = await newTold(service);
    const theirs = other.partner.resendDelivery({ delivery_id: first });
    assert.equal(await refusedWith(theirs), '65 404');
    await told.partner.setWebhook({ url: '' });
    assert.equal(await refusedWith(told.partner.testWebhook()), '68 409');
    const cleared = told.partner.resendDelivery({ delivery_id: first });
    assert.equal(await refusedWith(cleared), '68 409');
  });

  test('keeps no more tries than are shown, however often somebody asks', async () => {
    const { told, first } = await refused();
    await run(sql`
      insert into delivery_attempts (event_id, at, outcome, milliseconds)
      select ${first}, now() - n * interval '1 second', 'reset', 1 from generate_series(1, 60) n`);
    await told.partner.resendDelivery({ delivery_id: first });
    const [kept] = await run<{ count: number }>(sql`
      select count(*)::integer as count from delivery_attempts where event_id = ${first}`);
    assert.equal(kept?.count, 50);
  });
});
