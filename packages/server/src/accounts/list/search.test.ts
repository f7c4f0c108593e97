import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import pg from 'pg';
import { migrate } from '../../database/migrate.ts';
import { openPostgres } from '../../database/postgres.ts';
import { atEnd } from '../../testing/ends.ts';
import {
  cloneDatabase,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';

describe('the search of getAccounts', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });
  const search = async (q: string) =>
    (await partner.getAccounts({ q })).list.map(({ account_name }) => account_name);

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
    const connection = await asciiDatabase('ascii_ctype');
    for (const searched of [service, await startService({ connection })]) {
      const owner = await searched.newPartner();
      const names = ['İstanbul IŞIK', 'ПРИВЕТ Мир', 'Straße', 'ΟΔΟΣ', 'שלום', 'Ünïcode', 'Plain_1'];
      names.push('Straße 12 בע״מ', 'ŉ 7', 'カフェ Café 3');
      for (const account_name of names) await searched.newAccount(owner, { account_name });
      const expected: Record<string, string[]> = {
        istanbul: ['İstanbul IŞIK'],
        ışık: ['İstanbul IŞIK'],
        isik: [],
        işik: ['İstanbul IŞIK'],
        привет: ['ПРИВЕТ Мир'],
        'т МИР': ['ПРИВЕТ Мир'],
        STRASSE: ['Straße', 'Straße 12 בע״מ'],
        οδος: ['ΟΔΟΣ'],
        οδοσ: ['ΟΔΟΣ'],
        שלום: ['שלום'],
        ÜNÏ: ['Ünïcode'],
        plain_: ['Plain_1'],
        _: ['Plain_1'],
        i_: [],
        'SSE 12 ב': ['Straße 12 בע״מ'],
        'sse  12': [],
        'ʼN 7': ['ŉ 7'],
        'カフェ CAFÉ 3': ['カフェ Café 3'],
        'ФЕ 3': [],
        '12 בע״מ': ['Straße 12 בע״מ'],
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

  test('finds the address of an administrator, in any script and case, and nobody else', async () => {
    const owner = await service.newPartner();
    const names = async (q: string) =>
      (await owner.getAccounts({ q })).list.map(({ account_name }) => account_name);
    const admins = {
      Latin: 'Ada.L_1@Example.com',
      Hebrew: 'dana@דוגמה.ישראל',
      Umlaut: 'b@bücher.example',
    };
    for (const [account_name, admin_email] of Object.entries(admins))
      await service.newAccount(owner, { account_name, admin_email });
    const expected: Record<string, string[]> = {
      'ADA.l_1@example.COM': ['Latin'],
      'a.L_1@EX': ['Latin'],
      'ADA%': [],
      'dana@דוגמה.ישראל': ['Hebrew'],
      'דוגמה.ישראל': ['Hebrew'],
      'XN--6DBBEC0C': ['Hebrew'],
      'B@BÜCHER.example': ['Umlaut'],
      BÜCHER: ['Umlaut'],
      '.com\u00a0ada': [],
      'nobody@example.com': [],
    };
    for (const [q, found] of Object.entries(expected)) assert.deepEqual(await names(q), found, q);
    assert.equal(
      (await service.newPartner().then((other) => other.getAccounts({ q: 'dana' }))).totalOnline,
      0,
    );
  });

  test('a start tells of a database that knows no capitals but A to Z, and searches it all the same', async () => {
    const warnings = async ({ baseUrl }: TestService) => {
      const heard = (await (await fetch(`${baseUrl}/readyz`)).json()) as { warnings: string[] };
      return heard.warnings.filter((text) => /capitals but A to Z/.test(text));
    };
    assert.deepEqual(await warnings(service), []);
    const connection = await asciiDatabase('poor_letters');
    const client = new pg.Client(connection);
    await client.connect();
    await client.query('set allow_system_table_mods = on');
    await client.query(`delete from pg_collation where collname not in ('default', 'C', 'POSIX')`);
    await client.end();
    const poor = await startService({ connection });
    assert.equal((await warnings(poor)).length, 1);
    const owner = await poor.newPartner();
    for (const account_name of ['Привет', 'Plain', 'alpha'])
      await poor.newAccount(owner, { account_name });
    const found = async (q: string) => (await owner.getAccounts({ q })).totalOnline;
    assert.deepEqual(await Promise.all(['Привет', 'ПРИВЕТ', 'PLAIN'].map(found)), [1, 0, 1]);
    assert.equal((await owner.getAccounts({ sort: 'name' })).list.length, 3);
  });
});

/** Migrated, and of no locale that knows letters. */
async function asciiDatabase(name: string): Promise<pg.PoolConfig> {
  const plain = await cloneDatabase();
  const database = `${name}_${process.pid}`;
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
  return connection;
}
