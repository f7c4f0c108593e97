import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { eventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { sweep } from '../sweep.ts';
import { send } from '../testing/http.ts';
import { makeDeliveries } from '../testing/scenes/deliveries.ts';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';

type Found = {
  type: string;
  partner_id: number;
  subject: string | null;
  actor_kind: string;
  actor_id: string;
  address: string | null;
  request_id: string | null;
  transaction_id: string;
  changes: Record<string, unknown>;
  status_reason: string | null;
  account_name: string | null;
  reference: string | null;
  agent: object | null;
  erased_at: Date | null;
};

describe('events', () => {
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });

  const run = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query<Row>(statement));
  const eventsOf = (account_id: number) =>
    run<Found>(sql`
      select * from events where server = ${server} and account_id = ${account_id}
      order by event_id`);
  /** An account with a name, a link and a reason in its log, deleted so long ago. */
  async function deletedFor(days: string) {
    const account_id = await service.newAccount(partner, { account_name: 'Sensitive name' });
    const change = { account_name: 'Sensitive too', builder_url: 'https://sensitive.example' };
    await partner.updateAccount({ account_id, server, ...change });
    const off = { account_status: 0, status_reason: 'sensitive reason' } as const;
    await partner.updateAccount({ account_id, server, ...off });
    await partner.deleteAccount({ accountID: account_id, server });
    await run(sql`update accounts set deleted_at = now() - ${days}::interval
      where account_id = ${account_id}`);
    return account_id;
  }

  test('say who did what, from where, in which request and transaction', async () => {
    const token = await partner.accessToken();
    const requestId = (id: string) => ({ token, headers: { 'x-request-id': id } });
    const body = accountRequest();
    const made = await send(service.baseUrl, 'createAccount', { ...requestId('make'), body });
    const id = Number(made.body.account_id);
    const steps = [
      ['rename', { account_name: 'New', builder_url: 'https://b.example/1' }],
      ['off', { account_status: 0, status_reason: 'unpaid' }],
      ['on', { account_status: 1, account_name: 'Newer', status_reason: 'paid' }],
    ] as const;
    for (const [step, changes] of steps) {
      const sent = { ...requestId(step), body: { account_id: id, server, ...changes } };
      assert.equal((await send(service.baseUrl, 'updateAccount', sent)).http, 200);
    }
    const remove = { ...requestId('gone'), body: { accountID: id } };
    await send(service.baseUrl, 'deleteAccount', remove);
    await service.operator.restoreAccount({ account_id: id, server }, { requestId: 'back' });

    const events = await eventsOf(id);
    const told = events.map((e) => [e.request_id, e.type, e.changes, e.status_reason]);
    assert.deepEqual(told, [
      [
        'make',
        'account.created',
        {
          account_name: { from: null, to: 'My Account' },
          account_status: { from: null, to: 1 },
          agents: { from: null, to: 3 },
          inboxes: { from: null, to: 2 },
        },
        null,
      ],
      [
        'rename',
        'account.updated',
        {
          account_name: { from: 'My Account', to: 'New' },
          builder_url: { from: '', to: 'https://b.example/1' },
        },
        null,
      ],
      ['off', 'account.suspended', { account_status: { from: 1, to: 0 } }, 'unpaid'],
      [
        'on',
        'account.resumed',
        { account_name: { from: 'New', to: 'Newer' }, account_status: { from: 0, to: 1 } },
        'paid',
      ],
      ['gone', 'account.deleted', {}, null],
      ['back', 'account.restored', {}, null],
    ]);
    for (const event of events) {
      assert.equal(event.address, '127.0.0.1');
      assert.equal(event.partner_id, partner.partner);
      const operator = event.type === 'account.restored';
      const actor = operator ? ['operator', 'operator'] : ['credential', partner.clientId];
      assert.deepEqual([event.actor_kind, event.actor_id], actor);
    }
    assert.equal(new Set(events.map((e) => e.transaction_id)).size, events.length);
  });

  test('are not written where nothing changed or the call was refused', async () => {
    const id = await service.newAccount(partner);
    const refused = () => {};
    const of = { account_id: id, server };
    await partner.updateAccount(of);
    await partner.updateAccount({ ...of, account_name: ' My Account ', account_status: 1 });
    await partner.updateAccount({ ...of, account_status: 1, status_reason: 'again' });
    await partner.updateAccount({ ...of, builder_url: '' });
    await partner.updateAccount({ ...of, account_name: '' }).catch(refused);
    await partner.updateAccount({ ...of, account_name: 'x' }, { ifMatch: 9 }).catch(refused);
    await partner.deleteAccount({ accountID: id, server }, { ifMatch: 9 }).catch(refused);
    await partner.getAccount(of);
    await partner.getAccounts();
    assert.equal((await eventsOf(id)).length, 1);
  });

  test('of an account deleted 30 days ago are blanked by a sweep, and one says so', async () => {
    await partner.setWebhook({ url: 'https://hooks.example/' });
    const id = await deletedFor('30 days');
    await makeDeliveries(service);
    const [delivery] = (await partner.getDeliveries({ limit: 1 })).list;
    await run(sql`
      insert into delivery_attempts (event_id, outcome, milliseconds, answer)
      values (${delivery?.delivery_id}, 'status_500', 1, 'No: Sensitive name')`);
    await sweep(service.database);
    const events = await eventsOf(id);
    assert.deepEqual(
      events.map(({ type }) => type),
      [
        'account.created',
        'account.updated',
        'account.suspended',
        'account.deleted',
        'account.erased',
      ],
    );
    for (const event of events) {
      assert.deepEqual([event.changes, event.address, event.status_reason], [{}, null, null]);
      const { account_name, reference, agent } = event;
      if (event.type !== 'account.erased')
        assert.deepEqual([account_name, reference, agent], [null, null, null]);
      assert.equal(event.partner_id, partner.partner);
      if (event.type === 'account.erased')
        assert.deepEqual([event.actor_kind, event.actor_id], ['system', 'erase']);
      else assert.ok(event.erased_at && event.request_id && event.actor_id === partner.clientId);
    }
    const { delivery_id = 0 } = delivery ?? {};
    const sent = JSON.stringify(await partner.getDelivery({ delivery_id }));
    assert.doesNotMatch(sent, /sensitive|My Account|\bAda\b/i);
    const [row] = await run<{ account: string; agent: string }>(sql`
      select a::text as account, g::text as agent
      from accounts a
      join agents g on g.server = a.server and g.account_id = a.account_id
      where a.account_id = ${id}`);
    assert.doesNotMatch(`${row?.account} ${row?.agent}`, /sensitive|My Account|\bAda\b/i);
    await sweep(service.database);
    assert.equal((await eventsOf(id)).length, events.length);
  });

  test('of an account deleted for less than 30 days, or not at all, stay as they are', async () => {
    const young = await deletedFor('29 days 23 hours');
    const living = await service.newAccount(partner, { account_name: 'Sensitive' });
    const before = [await eventsOf(young), await eventsOf(living)];
    for (const id of [young, living, 9_999_998]) {
      const [row] = await run<{ erased: boolean }>(sql`
        select erase_account(${server}, ${id}) as erased`);
      assert.equal(row?.erased, false);
    }
    await sweep(service.database);
    assert.deepEqual([await eventsOf(young), await eventsOf(living)], before);
    const { account_name } = await service.operator.restoreAccount({ account_id: young, server });
    assert.equal(account_name, 'Sensitive too');
  });

  test('outlive a sweep, which removes only what has expired', async () => {
    const [events] = await run<{ n: number }>(sql`select count(*) as n from events`);
    const token = await partner.accessToken();
    const other = await service.newPartner();
    await other.accessToken();
    await run(sql`update access_tokens t set expires_at = now() - interval '1 second'
      from credentials c where c.credential_id = t.credential_id and c.partner_id = ${other.partner}`);
    await sweep(service.database);
    const tokens = await run(sql`select from access_tokens where expires_at < now()`);
    assert.equal(tokens.length, 0);
    assert.equal((await send(service.baseUrl, 'getAccounts', { token })).http, 200);
    const [after] = await run<{ n: number }>(sql`select count(*) as n from events`);
    assert.ok((after?.n ?? 0) >= (events?.n ?? 0));
  });
});

// `npm test` also compares them with the types that its tests found in the log.
test('every type of event that the server writes is in the contract, and every one of those is written', () => {
  const sources = globSync('packages/server/{src,migrations}/**/*.{ts,sql}', {
    cwd: new URL('../../../..', import.meta.url),
    exclude: ['**/*.test.ts', '**/testing/**'],
  });
  const text = sources.map((file) => readFileSync(file, 'utf8')).join('\n');
  const families = new Set(eventTypes.map((type) => type.split('.')[0]));
  const written = text.matchAll(/'([a-z_]+)\.(?!json)[a-z_]+'/g);
  const types = [...written].filter(([, family]) => families.has(family as string));
  const named = new Set(types.map(([quoted]) => quoted.slice(1, -1)));
  // A push alone, which nothing that happened is behind.
  named.delete('webhook.test');
  assert.deepEqual([...named].sort(), eventTypes.toSorted());
});
