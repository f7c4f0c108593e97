import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, assertShaped, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

const MANY = 2500;
const WRONG_CURSORS = [
  ...['x', 'online.0', 'a.1.2', '1.id.x.online.8', '1.id.x.online.08.', '2.id.x.online.8.'],
  ...['1.id.x.online.10000000.', '1.id.x.ONLINE.8.', '1.id.x.online.8..', '1.id.x.online.8.YQ'],
  ...['1.constructor.x.online.8.', '1.changed.x.online.8.', `1.name.x.online.8.${'Y'.repeat(700)}`],
];
/** In the order of the original's page. */
const ORIGINAL_FIELDS = [
  ...['create_time', 'account_name', 'account_id', 'server', 'account_status', 'reference'],
];

describe('getAccounts', () => {
  let service: TestService;
  let rich: TestPartner;
  let partner: TestPartner;

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'a-second' });
    rich = await service.newPartner();
    partner = await service.newPartner();
    for (const [server, first, last] of [
      ['online', 1, 1700],
      ['a-second', 501, 1300],
    ] as const)
      await service.database.write((db) =>
        db.query(sql`
          insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
          select ${server}, n, ${rich.partner}, 'Account ' || n, 1, 1
          from generate_series(${first}::integer, ${last}::integer) as n`),
      );
    await service.database.write((db) => db.query(sql`update servers set next_account_id = 5001`));
  });

  const named = ({ server, account_id }: { server: string; account_id: string }) =>
    `${server}/${account_id}`;

  test('sends everything by default, by server, then number, each once', async () => {
    const { list, totalOnline } = await rich.getAccounts();
    assert.equal(list.length, MANY);
    assert.equal(totalOnline, MANY);
    assert.equal(new Set(list.map(named)).size, MANY);
    const sorted = [...list].sort(
      (a, b) =>
        Number(a.server > b.server) - Number(a.server < b.server) ||
        Number(a.account_id) - Number(b.account_id),
    );
    assert.deepEqual(list.map(named), sorted.map(named));
  });

  test('pages cover all of them exactly once, whatever their size', async () => {
    for (const limit of [1000, 999, 417, 1]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await rich.getAccounts({ limit, cursor });
        assert.equal(page.totalOnline, MANY);
        seen.push(...page.list.map(named));
        cursor = page.next_cursor;
      } while (cursor !== undefined && (limit > 1 || seen.length < 20));
      if (limit === 1) assert.equal(seen.length, 20);
      else assert.equal(seen.length, MANY);
      assert.equal(new Set(seen).size, seen.length);
    }
  });

  test('next_cursor is absent on the last page, also when it is full', async () => {
    const first = await rich.getAccounts({ limit: 500 });
    const second = await rich.getAccounts({ limit: 1000, cursor: first.next_cursor });
    const third = await rich.getAccounts({ limit: 1000, cursor: second.next_cursor });
    assert.deepEqual([third.list.length, third.next_cursor], [1000, undefined]);
  });

  test('has the types of the source family', async () => {
    const id = await service.newAccount(partner, { reference: 'Ref1', account_name: 'Typed' });
    await partner.updateAccount({ account_id: id, server: 'online', account_status: 0 });
    const { list } = await partner.getAccounts({ q: 'Ref1' });
    const { create_time, status_changed, changed, ...rest } = list[0] ?? assert.fail();
    for (const time of [create_time, status_changed, changed])
      assert.ok(Number.isInteger(time) && Math.abs(time - Date.now() / 1000) < 600);
    assert.deepEqual(Object.keys(list[0] ?? {}).slice(0, 6), ORIGINAL_FIELDS);
    assert.deepEqual(rest, {
      account_name: 'Typed',
      account_id: String(id),
      server: 'online',
      account_status: 'suspended',
      reference: 'Ref1',
      builder_url: '',
      revision: 2,
      agents: 1,
      last_entered: null,
    });
  });

  test('filters by server and status, under either word', async () => {
    for (let n = 0; n < 5; n += 1) await service.newAccount(partner);
    const token = await partner.accessToken();
    const ask = async (query: string) =>
      (await send(service.baseUrl, 'getAccounts', { token, query })).body;
    const all = (await ask('')) as { list: { account_status: string }[]; totalOnline: number };
    for (const [query, status] of [
      ['?account_status=0', 'suspended'],
      ['?account_status=suspended', 'suspended'],
      ['?account_status=1', 'active'],
      ['?account_status=active&limit=1000', 'active'],
    ] as const) {
      const expected = all.list.filter(({ account_status }) => account_status === status);
      const found = await ask(query);
      assert.deepEqual([found.list, found.totalOnline], [expected, expected.length]);
    }
    assert.deepEqual([(await ask('?server=A-Second')).list, all.list.length > 5], [[], true]);
    assert.equal((await rich.getAccounts({ server: 'a-second' })).totalOnline, 800);
  });

  test('refuses a wrong parameter with its reason', async () => {
    const token = await partner.accessToken();
    const wrong = [
      'limit=0',
      'limit=1001',
      'limit=',
      'limit=1.5',
      'limit=x',
      'q=',
      'q=%20',
      'q=%00',
    ];
    wrong.push(`q=${'x'.repeat(101)}`, 'account_status=2', 'account_status=Active', 'cursor=');
    wrong.push(
      'cursor=x',
      'cursor=online.8',
      'cursor=%00',
      ...WRONG_CURSORS.map((cursor) => `cursor=${cursor}`),
    );
    wrong.push('builder=yes', 'entered=once', 'changed_after=-1', 'off_before=1.5');
    wrong.push('changed_after=10000000000', 'sort=', 'sort=--id', 'sort=agents', 'sort=Name');
    for (const query of wrong) {
      const heard = await send(service.baseUrl, 'getAccounts', { token, query: `?${query}` });
      assertRefused(heard, 54, 422, query);
      assert.equal(heard.body.parameter, query.split('=')[0]);
    }
    const nowhere = await send(service.baseUrl, 'getAccounts', { token, query: '?server=nowhere' });
    assertRefused(nowhere, 34, 404);
  });

  test('is whole JSON whose total agrees while accounts are made and deleted', async () => {
    const busy = await service.newPartner();
    const token = await busy.accessToken();
    const lists = async () => {
      for (let n = 0; n < 25; n += 1) {
        const query = n % 2 ? '' : '?limit=1000';
        const heard = await send(service.baseUrl, 'getAccounts', { token, query });
        assertShaped(heard);
        const { list, totalOnline } = heard.body as {
          list: { server: string; account_id: string }[];
          totalOnline: number;
        };
        assert.equal(totalOnline, list.length);
        assert.equal(new Set(list.map(named)).size, list.length);
      }
    };
    const changes = async () => {
      for (let n = 0; n < 30; n += 1) {
        const accountID = await service.newAccount(busy);
        if (n % 3 === 0) await busy.deleteAccount({ accountID, server: 'online' });
      }
    };
    await Promise.all([lists(), changes(), changes()]);
    assert.equal((await busy.getAccounts()).totalOnline, 40);
  });
});
