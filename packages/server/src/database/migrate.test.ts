import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { atEnd } from '../testing/ends.ts';
import { cloneDatabase } from '../testing/service.ts';
import { DatabaseNewer, listMigrations, migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';

async function openClone() {
  const connection = await cloneDatabase();
  const open = () => {
    const database = openPostgres({ connection });
    atEnd(() => database.close());
    return database;
  };
  return { first: open(), second: open() };
}

const made = (...names: string[]) =>
  names.map((name, index) => ({
    version: 9001 + index,
    name: `${9001 + index}-${name}.sql`,
    text: `create table made_${name} (n integer); insert into made_${name} values (1);`,
  }));

describe('migrations', () => {
  test('are numbered without a gap, and a database that has them is left alone', async () => {
    const { first } = await openClone();
    const all = await listMigrations();
    assert.deepEqual(
      all.map(({ version }) => version),
      all.map((_, index) => index + 1),
    );
    assert.deepEqual(await migrate(first), []);
  });

  test('run once, whichever of two nodes that start at once runs them', async () => {
    const { first, second } = await openClone();
    const migrations = [...(await listMigrations()), ...made('a', 'b', 'c')];
    const ran = await Promise.all([migrate(first, migrations), migrate(second, migrations)]);
    assert.deepEqual(ran.flat().sort(), ['9001-a.sql', '9002-b.sql', '9003-c.sql']);
    const rows = await first.read((db) => db.query(sql`select * from made_c`));
    assert.equal(rows.length, 1);
  });

  test('that fail leave nothing half: those before stay, and a corrected one runs', async () => {
    const { first } = await openClone();
    const migrations = made('good', 'bad');
    const broken = migrations.map((migration) =>
      migration.name === '9002-bad.sql'
        ? { ...migration, text: `${migration.text} select 1/0;` }
        : migration,
    );
    await assert.rejects(migrate(first, broken), /division by zero/);
    const [left] = await first.read((db) =>
      db.query<{ good: string | null; bad: string | null; version: number }>(sql`
        select to_regclass('made_good') as good, to_regclass('made_bad') as bad,
          (select max(version) from schema_versions) as version`),
    );
    assert.deepEqual(left, { good: 'made_good', bad: null, version: 9001 });
    assert.deepEqual(await migrate(first, migrations), ['9002-bad.sql']);
  });

  test('of a newer version make this server refuse the database, in a sentence', async () => {
    const { first } = await openClone();
    await migrate(first, [...(await listMigrations()), ...made('newer')]);
    await assert.rejects(migrate(first), (error) => {
      assert.ok(error instanceof DatabaseNewer);
      assert.match(error.message, /^The database has schema 9001, .*newer version.*\.$/);
      return true;
    });
  });

  test('fill in what the list of accounts shows from the log of before', async () => {
    const { first } = await openClone();
    const write = <Row>(statement: ReturnType<typeof sql>) =>
      first.write((db) => db.query<Row>(statement));
    await write(sql`drop schema public cascade`);
    await write(sql`create schema public`);
    await migrate(
      first,
      (await listMigrations()).filter(({ version }) => version < 11),
    );
    await write(sql`insert into servers (name, is_main) values ('online', true)`);
    await write(sql`insert into partners (name) values ('A partner')`);
    await write(sql`
      insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit,
        created_at)
      select 'online', n, 1, 'Account', 1, 1, '2026-01-01Z' from generate_series(1, 2) n`);
    await write(sql`insert into persons (name, email) values ('Ada', 'ada@example.com')`);
    await write(sql`
      insert into agents (server, account_id, agent_id, person_id, role, state, agent_name,
        display_name)
      select 'online', n, 1, p.id, 'administrator', case n when 1 then 'open' else 'waiting' end,
        'Ada', 'Ada'
      from persons p, generate_series(1, 2) n`);
    await write(sql`
      insert into events (type, partner_id, server, account_id, subject, actor_kind, actor_id, at)
      select type, 1, 'online', 1, subject, 'system', 'test', at::timestamptz
      from (values ('account.suspended', null, '2026-02-01Z'), ('account.updated', null, '2026-03-01Z'),
                   ('login_link.used', '1', '2026-04-01Z'), ('agent.signed_in', '1', '2026-05-01Z'))
        e (type, subject, at)`);
    await migrate(first);
    const rows = await write(sql`
      select a.administrators, concat_ws(', ', extract(month from a.status_changed_at at time zone 'UTC'),
        extract(month from a.changed_at at time zone 'UTC'),
        extract(month from g.last_entered_at at time zone 'UTC')) as months
      from accounts a join agents g using (server, account_id)
      order by a.account_id`);
    assert.deepEqual(rows, [
      { administrators: 'ADA@EXAMPLE.COM', months: '2, 3, 5' },
      { administrators: '', months: '1, 1' },
    ]);
  });
});
