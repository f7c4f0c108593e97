import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { sweep } from '../sweep.ts';
import { makeDeliveries, startWebhooks } from '../testing/scenes/deliveries.ts';

const server = 'online';

test('deliveries are removed after 30 days with their attempts, and what waits is counted right', async () => {
  const { service, run, newPartner } = await startWebhooks();
  const partner = await newPartner();
  const accounts: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    const account_id = await service.newAccount(partner);
    accounts.push(account_id);
    await partner.updateAccount({ account_id, server, account_name: `Number ${n}` });
  }
  await makeDeliveries(service);
  const [half, all, busy, young] = accounts;
  const age = (account_id: number | undefined, type: string) =>
    run(sql`
      update deliveries d set created_at = now() - interval '30 days 1 minute'
      from events e
      where e.event_id = d.event_id and d.account_id = ${account_id} and e.type like ${type}`);
  await age(half, 'account.created');
  await age(all, '%');
  await age(busy, '%');
  await run(sql`update delivery_lanes
    set lease = gen_random_uuid(), due_at = now() + interval '10 seconds'
    where account_id = ${busy}`);
  await run(sql`
    insert into delivery_attempts (event_id, outcome, milliseconds)
    select event_id, 'timeout', 5000 from deliveries`);
  await run(sql`insert into deliveries (event_id, partner_id, server, account_id, state, created_at)
    select 1000000 + n, ${partner.partner}, ${server}, ${young}, 'delivered', now() - interval '31 days'
    from generate_series(1, 4500) n`);
  await sweep(service.database);
  const left = await run(sql`
    select l.account_id, l.waiting, l.due_at is not null as due,
      (select count(*) from deliveries d where d.account_id = l.account_id) as deliveries,
      (select count(*) from delivery_attempts join deliveries d using (event_id)
        where d.account_id = l.account_id) as attempts
    from delivery_lanes l order by l.account_id`);
  assert.deepEqual(left, [
    { account_id: half, waiting: 1, due: true, deliveries: 1, attempts: 1 },
    { account_id: all, waiting: 0, due: false, deliveries: 0, attempts: 0 },
    { account_id: busy, waiting: 2, due: true, deliveries: 2, attempts: 2 },
    { account_id: young, waiting: 2, due: true, deliveries: 2, attempts: 2 },
  ]);

  await run(sql`alter table events disable trigger all`);
  await run(sql`update events set at = now() - interval '31 days' where account_id = ${all}`);
  await run(sql`alter table events enable trigger all`);
  await sweep(service.database);
  const lanes = await run<{ account_id: number }>(sql`
    select account_id from delivery_lanes order by account_id`);
  assert.deepEqual(
    lanes.map(({ account_id }) => account_id),
    [half, busy, young],
  );
  // The next event makes it anew.
  await partner.updateAccount({ account_id: all ?? 0, server, account_name: 'Again' });
  await makeDeliveries(service);
  const { list } = await partner.getDeliveries({ account_id: all });
  assert.deepEqual(
    list.map(({ state }) => state),
    ['waiting'],
  );
});
