/** Everything the database holds, as lines of one consistent snapshot, while writes go on. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Database, Db } from '../database/database.ts';
import { fingerprintOf } from '../secret-key.ts';
import { lineOf, rowLine } from './format.ts';
import { listSequences, listTables, quoted, schemaOf, type Table } from './layout.ts';

/** A reader or sender that stands still for so long has gone away. */
export const TRANSFER_LIMITS = { statementSeconds: 600 };

const ROWS_AT_ONCE = 500;

/**
 * Yields the export in pieces of whole lines, the first one alone being the header. One connection
 * is held until the last piece, or until the generator is ended.
 *
 * @throws DatabaseUnavailable
 */
export async function* exportAll(
  database: Database,
  secretKey: string,
): AsyncGenerator<string, undefined> {
  const db = await database.begin(TRANSFER_LIMITS);
  try {
    await db.query(sql`set transaction isolation level repeatable read, read only`);
    yield* sealed(pieces(db, secretKey));
  } finally {
    await db.rollback();
  }
}

type Piece = { text: string; rows: number };

async function* pieces(db: Db, secretKey: string): AsyncGenerator<Piece> {
  const tables = await listTables(db);
  const [now] = await db.query<{ at: Date }>(sql`select now() as at`);
  const header = lineOf({
    switchboard_export: 1,
    schema: await schemaOf(db),
    at: now?.at.toISOString() ?? '',
    secret_key_fingerprint: fingerprintOf(secretKey),
    tables,
  });
  yield { text: header, rows: 0 };
  for (const table of tables) yield* rowsOf(db, table);
  const sequences = await listSequences(db);
  const lines = sequences.map(({ name, next }) => lineOf({ sequence: name, next }));
  yield { text: lines.join(''), rows: 0 };
}

async function* rowsOf(db: Db, { name, columns }: Table): AsyncGenerator<Piece> {
  await db.query({
    text: `declare rows no scroll cursor for
           select to_jsonb(r)::text as row
           from (select ${columns.map(quoted).join(', ')} from ${quoted(name)}) r`,
    values: [],
  });
  for (;;) {
    const rows = await db.query<{ row: string }>({
      text: `fetch ${ROWS_AT_ONCE} from rows`,
      values: [],
    });
    if (rows.length === 0) break;
    yield { text: rows.map(({ row }) => rowLine(name, row)).join(''), rows: rows.length };
  }
  await db.query(sql`close rows`);
}

/** Adds the end: without it, or after any change, the file is known not to be whole. */
async function* sealed(pieces: AsyncGenerator<Piece>): AsyncGenerator<string, undefined> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const { text, rows } of pieces) {
    hash.update(text);
    count += rows;
    yield text;
  }
  yield lineOf({ end: true, rows: count, sha256: hash.digest('hex') });
}
