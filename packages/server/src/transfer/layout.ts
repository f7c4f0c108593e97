/** What an export holds, read from the catalog: a table that is added later cannot be forgotten. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

export type Table = { name: string; columns: string[] };

/** `next` is the number it gives next, in decimal. */
export type Sequence = { name: string; next: string };

/** A name as SQL takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The newest migration that the database has. */
export async function schemaOf(db: Db): Promise<number> {
  const [row] = await db.query<{ schema: number }>(sql`
    select max(version) as schema from schema_versions`);
  return row?.schema ?? 0;
}

/**
 * Every table but `schema_versions`, each after those that it refers to, with the columns that are
 * moved: generated ones follow from others, and a transaction's number (xid8) means something in
 * its own cluster only.
 */
export async function listTables(db: Db): Promise<Table[]> {
  const rows = await db.query<Table & { parents: string[] }>(sql`
    select c.relname::text as name,
      array(select a.attname::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype
            order by a.attnum) as columns,
      array(select p.relname::text from pg_constraint k join pg_class p on p.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and p.oid <> c.oid) as parents
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
    where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'schema_versions'
    order by c.relname`);
  return parentsFirst(rows).map(({ name, columns }) => ({ name, columns }));
}

function parentsFirst<T extends { name: string; parents: string[] }>(tables: T[]): T[] {
  const sorted: T[] = [];
  const waiting = new Map(tables.map((table) => [table.name, table]));
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ parents }) =>
      parents.every((parent) => !waiting.has(parent)),
    );
    if (ready.length === 0)
      throw new Error(`Tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}`);
    for (const table of ready) waiting.delete(table.name);
    sorted.push(...ready);
  }
  return sorted;
}

/** Every sequence. They know no snapshot: read after the rows, none is behind a number in them. */
export async function listSequences(db: Db): Promise<Sequence[]> {
  const names = await db.query<{ name: string }>(sql`
    select c.relname::text as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
    where c.relkind = 'S'
    order by c.relname`);
  const sequences: Sequence[] = [];
  for (const { name } of names) {
    const [row] = await db.query<{ next: string }>({
      text: `select (last_value + is_called::integer)::text as next from ${quoted(name)}`,
      values: [],
    });
    sequences.push({ name, next: row?.next ?? '1' });
  }
  return sequences;
}
