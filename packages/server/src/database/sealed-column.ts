/**
 * Columns of secrets that are sealed (`sealing.ts`): when SECRET_KEY rotates `new,old` reads what
 * is in them, `new` alone would not.
 */
import sql, { raw } from 'sql-template-tag';
import { idOfKey, sealWith, unsealWith } from '../sealing.ts';
import type { Database } from './database.ts';

export type SealedColumn<Id extends string | number = string | number> = {
  table: string;
  /** Names a row. */
  id: string;
  /** Below every id. */
  below: Id;
  column: string;
  /** Whom a row's secret is sealed for. */
  ownerOf(id: Id): string;
  /** The first is in force. */
  keys: readonly Buffer[];
};

const ROWS_AT_ONCE = 200;

/** Seals all of them under the first key; answers how many no key can read. */
export async function reseal<Id extends string | number>(
  database: Database,
  sealed: SealedColumn<Id>,
): Promise<number> {
  const { ownerOf, keys } = sealed;
  const [table, id, column] = namesOf(sealed);
  let unreadable = 0;
  for (let after: Id | undefined = sealed.below; after !== undefined; ) {
    const rows: { id: Id; secret: Buffer }[] = await database.read((db) =>
      db.query(sql`
        select ${id} as id, ${column} as secret from ${table}
        where ${id} > ${after} and substring(${column} for 8) <> ${currentId(sealed)}
        order by ${id}
        limit ${ROWS_AT_ONCE}`),
    );
    for (const row of rows) {
      const text = unsealWith(keys, ownerOf(row.id), row.secret);
      if (text === undefined) unreadable += 1;
      // Its owner may make another meanwhile.
      else
        await database.write((db) =>
          db.query(sql`
            update ${table} set ${column} = ${sealWith(keys, ownerOf(row.id), text)}
            where ${id} = ${row.id} and ${column} = ${row.secret}`),
        );
    }
    after = rows.at(-1)?.id;
  }
  return unreadable;
}

/** How many the first key cannot read. */
export async function countOlder<Id extends string | number>(
  database: Database,
  sealed: SealedColumn<Id>,
): Promise<number> {
  const [table, , column] = namesOf(sealed);
  const [row] = await database.read((db) =>
    db.query<{ older: number }>(sql`
      select count(*) as older from ${table}
      where substring(${column} for 8) <> ${currentId(sealed)}`),
  );
  return row?.older ?? 0;
}

/** The id that everything sealed under the key in force begins with. */
const currentId = ({ keys: [key] }: Pick<SealedColumn, 'keys'>): Buffer =>
  idOfKey(key ?? Buffer.alloc(0));

const namesOf = ({ table, id, column }: Pick<SealedColumn, 'table' | 'id' | 'column'>) =>
  [raw(table), raw(id), raw(column)] as const;
