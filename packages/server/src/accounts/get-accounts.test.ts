import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import pg from 'pg';
import sql from 'sql-template-tag';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { atEnd } from '../testing/ends.ts';
import { assertRefused, assertShaped, send } from '../testing/http.ts';
import {
  cloneDatabase,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';

const MANY = 2500;

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
  const search = async (q: string) =>
    (await partner.getAccounts({ q })).list.map(({ account_name }) => account_name);

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
    const page = await rich.getAccounts({ limit: 1000, cursor: 'online.700' });
    assert.deepEqual([page.list.length, page.next_cursor], [1000, undefined]);
    const beyond = await rich.getAccounts({ limit: 1, cursor: 'online.9999999' });
    assert.deepEqual([beyond.list, beyond.next_cursor], [[], undefined]);
  });

  test('has the types of the source family', async () => {
    const id = await service.newAccount(partner, { reference: 'Ref1', account_name: 'Typed' });
    await partner.updateAccount({ account_id: id, server: 'online', account_status: 0 });
    const { list } = await partner.getAccounts({ q: 'Ref1' });
    const { create_time, ...rest } = list[0] ?? assert.fail();
    assert.ok(Number.isInteger(create_time) && Math.abs(create_time - Date.now() / 1000) < 600);
    assert.deepEqual(rest, {
      account_name: 'Typed',
      account_id: String(id),
      server: 'online',
      account_status: 'suspended',
      reference: 'Ref1',
      builder_url: '',
      revision: 2,
    });
  });

  test('q is part of the name or the reference, in any case and literally, or the exact number', async () => {
    const names = ['100% Real', 'a_b', 'back\\slash', 'Ünïcode', 'שלום עולם', 'Plain', 'x%y_z\\'];
    for (const account_name of names)
      await service.newAccount(partner, {
        account_name,
        reference: `Q${names.indexOf(account_name)}q`,
      });
    const expected: Record<string, string[]> = {
      '%': ['100% Real', 'x%y_z\\'],
      _: ['a_b', 'x%y_z\\'],
      '\\': ['back\\slash', 'x%y_z\\'],
      '%y_': ['x%y_z\\'],
      '\\\\': [],
      plain: ['Plain'],
      שלום: ['שלום עולם'],
      'U\u0308ni\u0308': ['Ünïcode'],
      q5q: ['Plain'],
      "'": [],
    };
    for (const [q, found] of Object.entries(expected)) assert.deepEqual(await search(q), found, q);
    const id = await service.newAccount(partner, { account_name: 'By number' });
    assert.deepEqual(await search(String(id)), ['By number']);
    assert.deepEqual(await search(String(id).padStart(7, '0')), ['By number']);
    assert.deepEqual(await search(`${id}0`), []);
  });

  test('q ignores case in every script, in a database that knows of ASCII alone too', async () => {
    const plain = await cloneDatabase();
    const database = `ascii_ctype_${process.pid}`;
    const administer = async (statement: string) => {
      const client = new pg.Client(plain);
      await client.connect();
      await client.query(statement).finally(() => client.end());
    };
    await administer(
      `create database ${database} template template0 encoding 'UTF8' locale_provider libc locale 'C'`,
    );
    atEnd(() => administer(`drop database ${database} with (force)`));
    const connection = { ...plain, database };
    const opened = openPostgres({ connection });
    await migrate(opened);
    await opened.close();
    for (const searched of [service, await startService({ connection })]) {
      const owner = await searched.newPartner();
      const names = ['İstanbul IŞIK', 'ПРИВЕТ Мир', 'Straße', 'ΟΔΟΣ', 'שלום', 'Ünïcode', 'Plain_1'];
      for (const account_name of names) await searched.newAccount(owner, { account_name });
      const expected: Record<string, string[]> = {
        istanbul: ['İstanbul IŞIK'],
        ışık: ['İstanbul IŞIK'],
        isik: [],
        işik: ['İstanbul IŞIK'],
        привет: ['ПРИВЕТ Мир'],
        'т МИР': ['ПРИВЕТ Мир'],
        STRASSE: ['Straße'],
        οδος: ['ΟΔΟΣ'],
        οδοσ: ['ΟΔΟΣ'],
        שלום: ['שלום'],
        ÜNÏ: ['Ünïcode'],
        plain_: ['Plain_1'],
        _: ['Plain_1'],
        i_: [],
      };
      for (const [q, found] of Object.entries(expected)) {
        const { list } = await owner.getAccounts({ q });
        assert.deepEqual(
          list.map(({ account_name }) => account_name),
          found,
          q,
        );
      }
    }
  });

  test('filters by server and status, under either word', async () => {
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
      'cursor=online.0',
      'cursor=online.10000000',
      'cursor=%00',
      'cursor=a.1.2',
    );
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
