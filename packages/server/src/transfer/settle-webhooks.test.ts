import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { makeDeliveries, startWebhooks, URL_SET } from '../testing/scenes/deliveries.ts';
import { startService, type TestPartner } from '../testing/service.ts';
import { exported, importInto } from '../testing/transfer.ts';

const server = 'online';

describe('an import', () => {
  let source: Awaited<ReturnType<typeof startWebhooks>>;
  let partner: TestPartner;
  let file: string;
  let owed: string[];

  before(async () => {
    source = await startWebhooks();
    const { service, run } = source;
    partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    const rename = (account_name: string) =>
      partner.updateAccount({ account_id, server, account_name });
    await partner.setWebhook({ url: URL_SET });
    await rename('Long ago');
    await run(sql`alter table events disable trigger all`);
    await run(sql`update events set at = now() - interval '2 hours'`);
    await run(sql`alter table events enable trigger all`);
    // As if it had been lost by hand: only what is recent may have been overtaken.
    await makeDeliveries(service);
    await run(sql`delete from deliveries`);
    await run(sql`delete from delivery_lanes`);
    await rename('Made');
    await makeDeliveries(service);
    await run(sql`update delivery_lanes
      set lease = gen_random_uuid(), due_at = now() + interval '1 hour'`);
    await rename('Overtaken');
    const other = await service.newPartner();
    const theirs = await service.newAccount(other);
    await other.setWebhook({ url: URL_SET });
    await other.deleteAccount({ accountID: theirs, server });
    file = await exported(service);
    owed = ['Made', 'Overtaken', 'account.deleted'];
  });

  const imported = async (query: string) => {
    const target = await startService({ delivers: false });
    const heard = await importInto(target, file, `?replace=true${query}`);
    assert.equal(heard.http, 200, heard.text);
    const { clientId, clientSecret } = partner;
    return {
      ...{ target, heard },
      there: createPartnerClient({ baseUrl: target.baseUrl, clientId, clientSecret }),
    };
  };

  test('brings webhooks with their secrets and deliveries, and pauses each', async () => {
    const { target, there } = await imported('');
    const { state, url, paused_since } = await there.getWebhook();
    assert.deepEqual([state, url], ['paused', URL_SET]);
    assert.ok(Date.parse(paused_since ?? '') <= Date.now());
    assert.equal(
      (await there.getWebhookSecret()).secret,
      (await partner.getWebhookSecret()).secret,
    );
    const { list } = await there.getDeliveries();
    assert.deepEqual(
      list.map(({ next_attempt_at }) => next_attempt_at),
      [null, null],
    );
    assert.deepEqual(await there.resumeWebhook(), {
      ...{ status: 'OK', reason: 1, state: 'active', waiting: 2 },
    });
    const others = await target.database.read((db) =>
      db.query(sql`select from webhooks where paused_at is not null`),
    );
    assert.equal(others.length, 1);
  });

  test('with resume_webhooks pauses none', async () => {
    const { there } = await imported('&resume_webhooks=true');
    assert.equal((await there.getWebhook()).state, 'active');
  });

  test('owes what the export had overtaken once, nothing of a time without address, and frees leases', async () => {
    const { target } = await imported('&resume_webhooks=true');
    await makeDeliveries(target);
    const read = <Row>(statement: ReturnType<typeof sql>) =>
      target.database.read((db) => db.query<Row>(statement));
    const made = await read<{ what: string }>(sql`
      select coalesce(e.changes #>> '{account_name,to}', e.type) as what
      from deliveries join events e using (event_id)
      order by event_id`);
    assert.deepEqual(
      made.map(({ what }) => what),
      owed,
    );
    const lanes = await read(sql`
      select waiting, lease, due_at <= now() as due from delivery_lanes order by account_id`);
    assert.deepEqual(lanes, [
      { waiting: 2, lease: null, due: true },
      { waiting: 1, lease: null, due: true },
    ]);
  });

  test('tells webhooks of what happens after it', async () => {
    const { target, there } = await imported('&resume_webhooks=true');
    const account_id = await target.newAccount(there);
    await makeDeliveries(target);
    const { list } = await there.getDeliveries({ account_id });
    assert.deepEqual(
      list.map(({ type }) => type),
      ['account.created'],
    );
  });
});
