import assert from 'node:assert/strict';
import { request } from 'node:http';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { damaged } from '../testing/damage.ts';
import { assertRefused, send } from '../testing/http.ts';
import { startService, type TestService } from '../testing/service.ts';
import { contents, exported, importInto, operatorUrl, sealed, until } from '../testing/transfer.ts';

const server = 'online';

describe('the call import', () => {
  let file: string;

  before(async () => {
    const source = await startService();
    const partner = await source.newPartner();
    for (let n = 0; n < 3; n += 1) {
      const account_id = await source.newAccount(partner);
      await partner.updateAccount({ account_id, server, account_status: 0 });
      await partner.updateAccount({ account_id, server, account_status: 1 });
    }
    file = await exported(source);
  });

  test('an empty installation needs no replace, one that holds something does', async () => {
    const target = await startService();
    const before = await contents(target);
    assertRefused(await importInto(target, file), 111, 409);
    assertRefused(await importInto(target, file, '?replace=false'), 111, 409);
    assert.deepEqual(await contents(target), before);
    await target.database.write((db) => db.query(sql`delete from servers`));
    assert.equal((await importInto(target, file)).http, 200);
  });

  test('refuses whatever is not a whole export, and changes nothing', async () => {
    const target = await startService();
    await target.newAccount(await target.newPartner());
    const before = await contents(target);
    for (const [what, text] of damaged(file)) {
      const heard = await importInto(target, text, '?replace=true');
      assertRefused(heard, 112, 422, what);
    }
    assert.deepEqual(await contents(target), before);
    await target.newAccount(await target.newPartner());
  });

  test('says what is wrong with a file', async () => {
    const target = await startService();
    const message = async (text: string) =>
      (await importInto(target, text, '?replace=true')).body.message;
    const lines = file.trimEnd().split('\n');
    assert.match(String(await message(lines.slice(0, -1).join('\n'))), /was cut off/);
    assert.match(
      String(await message(file.replace('"My Account"', '"My account"'))),
      /was changed/,
    );
    assert.match(String(await message(withHeader({ schema: 999 }))), /newer version/);
    assert.match(String(await message(withHeader({ at: '2026-02-30T00:00:00Z' }))), /not begin/);
    const other = withHeader({ secret_key_fingerprint: '0'.repeat(32) });
    assert.match(String(await message(other)), /another SECRET_KEY/);
  });

  test('takes an older export: columns added since get their defaults', async () => {
    const target = await startService();
    const heard = await importInto(target, older(), '?replace=true');
    assert.equal(heard.http, 200, heard.text);
    const [row] = await target.database.read((db) =>
      db.query<{ held: number; failures: number }>(sql`
        select (select count(*) from accounts where reference = '') as held,
          (select count(*) from attempts) as failures`),
    );
    assert.equal(row?.failures, 0);
    assert.equal((row?.held ?? 0) >= 3, true);
  });

  test('a sender that goes away in the middle leaves everything as it was', async () => {
    const target = await startService();
    await target.newAccount(await target.newPartner());
    const before = await contents(target);
    const outgoing = request(`${operatorUrl(target)}/operator/import?replace=true`, {
      method: 'POST',
    });
    outgoing.on('error', () => {});
    outgoing.write(file.slice(0, file.length / 2));
    await until(async () => (await locks(target)) > 0);
    outgoing.destroy();
    await until(async () => (await locks(target)) === 0);
    assert.deepEqual(await contents(target), before);
  });

  test('judges the query and the method', async () => {
    const url = operatorUrl(await startService());
    const post = (query: string) => send(url, '/operator/import', { method: 'POST', query });
    assertRefused(await post('?replace=yes'), 113, 422);
    assertRefused(await post('?replace=true&replace=true'), 113, 422);
    assertRefused(await post('?resume_webhooks=yes'), 115, 422);
    assertRefused(await post('?force=true'), 39, 422);
    assertRefused(await send(url, '/operator/import', { method: 'GET' }), 13, 405);
  });

  const withHeader = (changes: object) => {
    const [first = '', ...rest] = file.split('\n');
    return [JSON.stringify({ ...JSON.parse(first), ...changes }), ...rest].join('\n');
  };

  /** As a version would have written it that knew no `reference` and no webhooks. */
  function older(): string {
    const [first = '', ...rest] = file.trimEnd().split('\n').slice(0, -1);
    const header = JSON.parse(first);
    const tables = header.tables
      .filter(({ name }: { name: string }) => !SINCE.test(name))
      .map(({ name, columns }: { name: string; columns: string[] }) =>
        name === 'accounts'
          ? { name, columns: columns.filter((column) => column !== 'reference') }
          : { name, columns },
      );
    const rows = rest
      .filter((line) => !SINCE.test(tableOf(line)))
      .map((line) => (line.startsWith('{"table":"accounts"') ? dropReference(line) : line));
    return sealed([JSON.stringify({ ...header, schema: 1, tables }), ...rows]);
  }
});

const SINCE = /^(webhooks|deliver|log_milestones)/;
const tableOf = (line: string) => /^\{"table":"(\w+)"/.exec(line)?.[1] ?? '';
const dropReference = (line: string) => line.replace(/"reference": "[^"]*", /, '');

const locks = async ({ database }: TestService): Promise<number> => {
  const [row] = await database.read((db) =>
    db.query<{ count: number }>(sql`
      select count(*) as count from pg_locks
      where mode = 'AccessExclusiveLock' and granted and relation = 'accounts'::regclass`),
  );
  return row?.count ?? 0;
};
