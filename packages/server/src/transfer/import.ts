/** Puts an export in the place of everything the database holds: all of it, or nothing. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Refusal } from '@switchboard/contract';
import sql, { type Sql } from 'sql-template-tag';
import type { Database, Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Surroundings } from '../operation.ts';
import { fingerprintOf } from '../secret-key.ts';
import { Batch, refuseUnfit } from './batch.ts';
import { TRANSFER_LIMITS } from './export.ts';
import {
  type End,
  endLine,
  type Header,
  invalid,
  ROW,
  readAs,
  sequenceLine,
  unreadable,
} from './format.ts';
import { readHeader, requireSameLayout } from './header.ts';
import { listSequences, listTables, quoted, schemaOf, type Table } from './layout.ts';
import { type Line, readLines } from './lines.ts';
import { settleWebhooks } from './settle-webhooks.ts';

export type ImportOptions = {
  /** Whether partners, servers and accounts that are there may go. */
  replace: boolean;
  /** Whether webhooks go on that were not paused; otherwise each is, until somebody resumes it. */
  resumeWebhooks: boolean;
  /** Those of this installation; the first is in force. */
  secretKeys: readonly string[];
};

export type Imported = {
  rows: number;
  /** Rows of each table. */
  tables: Record<string, number>;
};

/**
 * Imports an export in one transaction. Everybody else waits, or is answered 503, until it ends.
 *
 * @param body the file; read no faster than the database takes it
 * @throws Refusal import_invalid, database_not_empty; DatabaseUnavailable
 */
export async function importAll(
  database: Database,
  body: AsyncIterable<Buffer>,
  { replace, resumeWebhooks, secretKeys }: ImportOptions,
  ctx: Surroundings,
): Promise<Imported> {
  const lines = readLines(body);
  try {
    const first = await lines.next();
    const header = readHeader(first.value, secretKeys);
    const imported = await database.write(async (db) => {
      const tables = await listTables(db);
      requireSameLayout(header, tables, await schemaOf(db));
      const replaced = await clear(db, tables, replace);
      await numberEvents(db, sql`'0'`);
      const { counts, total, sequences } = await load(db, header, lines, first.value);
      await numberEvents(db, sql`pg_current_xact_id()`);
      await goOn(db, header, sequences);
      if (replaced) await cutAll(db);
      await takeOver(db, secretKeys);
      await settleWebhooks(db, new Date(header.at), resumeWebhooks);
      await db.query(sql`select begin_log_anew()`);
      await record(db, ctx, { type: 'installation.imported', partnerId: null });
      return { rows: total, tables: counts };
    }, TRANSFER_LIMITS);
    await forgetQuickstart(database, ctx.policy.quickstartFile);
    return imported;
  } finally {
    await lines.return(undefined);
  }
}

/**
 * Locks everything first: what is judged to be empty stays so.
 *
 * @returns whether accounts were there
 */
async function clear(db: Db, tables: Table[], replace: boolean): Promise<boolean> {
  const all = tables.map(({ name }) => quoted(name)).join(', ');
  // A lock that is waited for makes everybody else wait as well.
  await db.query(sql`set local lock_timeout = '10s'`);
  await db.query({ text: `lock table ${all} in access exclusive mode`, values: [] });
  const [held] = await db.query(sql`
    select from partners union all select from servers union all select from accounts limit 1`);
  if (held && !replace) throw new Refusal('database_not_empty');
  const accounts = held ? await db.query(sql`select from accounts limit 1`) : [];
  await db.query(sql`select set_config('switchboard.operation', 'importAll', true)`);
  await db.query({ text: `truncate ${all}`, values: [] });
  return accounts.length > 0;
}

/**
 * Who was cut off since the export was made must not get back in by it: everybody signs in anew,
 * every client gets a new token. Moving into an empty installation ends nothing.
 */
async function cutAll(db: Db): Promise<void> {
  await db.query(sql`update accounts set entry_number = nextval('entry_numbers')`);
  await db.query(sql`update partners set entry_number = nextval('entry_numbers')`);
  await db.query(sql`delete from access_tokens`);
  await db.query(sql`delete from sessions`);
  await db.query(sql`delete from login_links`);
}

/** What is imported is the past: readers of the log are told of the import, not of all of it. */
async function numberEvents(db: Db, number: Sql): Promise<void> {
  await db.query(sql`alter table events alter column transaction_id set default ${number}`);
}

type Loaded = { counts: Record<string, number>; total: number; sequences: Map<string, string> };

async function load(
  db: Db,
  header: Header,
  lines: AsyncGenerator<Line>,
  first: Line | undefined,
): Promise<Loaded> {
  const hash = createHash('sha256').update(first?.bytes ?? '');
  const batch = new Batch(db, header.tables);
  const sequences = new Map<string, string>();
  let end: End | undefined;
  for await (const { number, text, bytes } of lines) {
    if (end) throw unreadable(number);
    const [, table, row] = ROW.exec(text) ?? [];
    if (table && row) await batch.add(table, row, number);
    else {
      end = readAs(endLine, text);
      const sequence = end ? undefined : readAs(sequenceLine, text);
      if (sequence) sequences.set(sequence.sequence, sequence.next);
      else if (!end) throw unreadable(number);
    }
    if (!end) hash.update(bytes);
  }
  await batch.flush();
  if (!end) throw invalid('The file was cut off: its last line is missing.');
  if (end.rows !== batch.total || end.sha256 !== hash.digest('hex'))
    throw invalid('The file was changed: its contents do not match its last line.');
  return { counts: batch.counts, total: batch.total, sequences };
}

/** Numbers go on from the export's or from our own, whichever is later: they never go back. */
async function goOn(db: Db, { schema }: Header, theirs: Map<string, string>): Promise<void> {
  const ours = await listSequences(db);
  const known = new Set(ours.map(({ name }) => name));
  const whole = schema < (await schemaOf(db)) || theirs.size === known.size;
  if (!whole || [...theirs.keys()].some((name) => !known.has(name)))
    throw invalid('The sequences of the export are not those that are here.');
  for (const { name, next } of ours) {
    const wanted = theirs.get(name) ?? next;
    if (BigInt(wanted) <= BigInt(next)) continue;
    // Unlike setval it is undone by a rollback.
    await db
      .query({ text: `alter sequence ${quoted(name)} restart with ${wanted}`, values: [] })
      .catch(refuseUnfit(`The sequence ${name}`));
  }
}

/** The database is this installation's from now on, also when its key was rotated since. */
async function takeOver(db: Db, secretKeys: readonly string[]): Promise<void> {
  const fingerprint = fingerprintOf(secretKeys[0] ?? '');
  await db.query(sql`
    insert into installation (secret_key_fingerprint) values (${fingerprint})
    on conflict (only_row) do update set secret_key_fingerprint = excluded.secret_key_fingerprint`);
}

/** The secrets in the file open nothing any more, unless the import brought their credential. */
async function forgetQuickstart(database: Database, file: string): Promise<void> {
  if (!existsSync(file)) return;
  const [made] = await database.read((db) =>
    db.query<{ client_id: string }>(sql`
      select client_id from quickstart join credentials using (credential_id)`),
  );
  if (!made || !readFileSync(file, 'utf8').includes(made.client_id)) rmSync(file, { force: true });
}
