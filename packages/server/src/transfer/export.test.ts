import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../testing/http.ts';
import { startService, type TestService } from '../testing/service.ts';
import { exported, isRow, operatorUrl, until } from '../testing/transfer.ts';

const server = 'online';

describe('the call export', () => {
  test('is one snapshot while accounts change', async () => {
    const busy = await startService();
    const owner = await busy.newPartner();
    const ids = await Promise.all(Array.from({ length: 5 }, () => busy.newAccount(owner)));
    const updates = Array.from({ length: 200 }, (_, n) =>
      owner.updateAccount({ account_id: ids[n % 5] ?? 0, server, account_name: `Name ${n}` }),
    );
    const running = Promise.all(updates);
    const files = [];
    for (let n = 0; n < 5; n += 1) files.push(await exported(busy));
    await running;
    files.push(await exported(busy));
    for (const text of files) {
      const lines = text
        .split('\n')
        .filter(isRow)
        .map((line) => JSON.parse(line));
      const of = (table: string) => lines.filter((line) => line.table === table);
      for (const { row } of of('accounts')) {
        const events = of('events').filter((line) => line.row.account_id === row.account_id);
        assert.equal(events.length, row.revision);
      }
    }
    assert.equal(files.at(-1)?.includes('"revision": 41'), true);
  });

  test('a reader that goes away frees the connection', async () => {
    const target = await startService();
    await target.database.write((db) =>
      db.query(sql`
        insert into events (type, actor_kind, actor_id, changes)
        select 'test', 'system', 'test', jsonb_build_object('text', repeat('x', 2000))
        from generate_series(1, 20000)`),
    );
    const incoming = await new Promise<{ destroy(): void }>((resolve) => {
      request(`${operatorUrl(target)}/operator/export`, { method: 'POST' }, resolve).end();
    });
    await until(async () => (await openTransactions(target)) === 1);
    incoming.destroy();
    await until(async () => (await openTransactions(target)) === 0);
  });

  test('judges the query and the method', async () => {
    const url = operatorUrl(await startService());
    const query = '?all=1';
    assertRefused(await send(url, '/operator/export', { method: 'POST', query }), 39, 422);
    assertRefused(await send(url, '/operator/export', { method: 'GET' }), 13, 405);
  });

  test('asks for the operator token where there is one', async () => {
    const environment = { OPERATOR_TOKEN: 'a-token-of-the-operator' };
    const closed = await startService({ environment });
    for (const path of ['/operator/export', '/operator/import'] as const)
      assertRefused(await send(operatorUrl(closed), path, { method: 'POST' }), 100, 401);
  });
});

const openTransactions = async ({ database }: TestService): Promise<number> => {
  const [row] = await database.read((db) =>
    db.query<{ count: number }>(sql`
      select count(*) as count from pg_stat_activity
      where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`),
  );
  return row?.count ?? 0;
};
