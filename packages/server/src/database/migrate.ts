/** Plain SQL files, numbered, forward only, each in a transaction that inserts its version first. */
import { readdir, readFile } from 'node:fs/promises';
import sql from 'sql-template-tag';
import type { Database } from './database.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);
// Any constant will do; two nodes that start at once migrate one after the other.
const MIGRATION_LOCK = 7_263_414;
// A large table takes its time, and so does the other node.
const PATIENCE = { statementSeconds: 3600 };

/** The database was written by a newer Switchboard than this one. */
export class DatabaseNewer extends Error {
  override readonly name = 'DatabaseNewer';
}

export type Migration = { version: number; name: string; text: string };

/** All migrations of this version, in order. */
export async function listMigrations(): Promise<Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => /^\d{4}-[a-z-]+\.sql$/.test(file)).sort();
  return Promise.all(
    files.map(async (name) => ({
      version: Number(name.slice(0, 4)),
      name,
      text: await readFile(new URL(name, FOLDER), 'utf8'),
    })),
  );
}

/**
 * Brings the database to this version; a migration that fails leaves nothing of itself behind.
 *
 * @param migrations in order; this version's own unless a test brings others
 * @returns the names of the migrations that ran now
 * @throws DatabaseNewer when it holds a version that this server does not know
 */
export async function migrate(
  database: Database,
  migrations?: readonly Migration[],
): Promise<string[]> {
  const all = migrations ?? (await listMigrations());
  const newest = all.at(-1)?.version ?? 0;
  await database.write(async (db) => {
    await db.query(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await db.query(sql`
      create table if not exists schema_versions (
        version integer primary key,
        name text not null,
        applied_at timestamptz not null default now()
      )`);
  }, PATIENCE);
  const [current] = await database.read((db) =>
    db.query<{ version: number | null }>(sql`select max(version) as version from schema_versions`),
  );
  if ((current?.version ?? 0) > newest)
    throw new DatabaseNewer(
      `The database has schema ${current?.version}, this server knows ${newest}: start a newer version of Switchboard.`,
    );
  const ran: string[] = [];
  for (const migration of all) if (await apply(database, migration)) ran.push(migration.name);
  return ran;
}

async function apply(database: Database, { version, name, text }: Migration): Promise<boolean> {
  return database.write(async (db) => {
    await db.query(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const inserted = await db.query(sql`
      insert into schema_versions (version, name) values (${version}, ${name})
      on conflict do nothing
      returning version`);
    if (inserted.length === 0) return false;
    await db.query({ text, values: [] });
    return true;
  }, PATIENCE);
}
