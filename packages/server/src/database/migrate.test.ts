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
});
