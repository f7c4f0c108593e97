/** Whether a PostgreSQL can carry Switchboard: asked once, before anything is written to it. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import sql from 'sql-template-tag';
import { type Address, NotWritable, newClient } from './connecting/client.ts';
import { Hosts } from './connecting/hosts.ts';
import { messageOf } from './connection.ts';
import type { Database } from './database.ts';

const OLDEST_POSTGRES = 150_000;
const PATIENCE_MS = 5_000;

/** It cannot be reached, or cannot be written, for now; the message is for the operator. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/**
 * Asks the database whether it is PostgreSQL 15 or later, writable, in UTF-8, open to new tables,
 * and reached directly or through a session pooler.
 *
 * @throws DatabaseAway where that may pass by itself; Error with a sentence for the operator
 */
export async function requireUsable(address: Address): Promise<void> {
  const hosts = new Hosts(address);
  const client = await connect(hosts);
  try {
    const problem = await askedOf(faultOf(client));
    if (problem) throw new Error(problem);
    await requireSession(hosts, client);
  } finally {
    await disconnect(client);
  }
}

/**
 * Asks a migrated database whether numbers leave it in the order in which they are drawn: with a
 * cache each connection would hold some back, and a sign-in from before a cut get one from after it.
 *
 * @throws Error with a sentence for the operator
 */
export async function requireEntryNumbers(database: Database): Promise<void> {
  const [sequence] = await database.read((db) =>
    db.query<{ cache: number }>(sql`
      select seqcache as cache from pg_sequence where seqrelid = 'entry_numbers'::regclass`),
  );
  if (sequence?.cache !== 1)
    throw new Error(
      `The sequence entry_numbers has cache ${sequence?.cache}, so that the order of sign-ins and cuts is lost: run "alter sequence entry_numbers cache 1" and start again.`,
    );
}

async function connect(hosts: Hosts): Promise<pg.Client> {
  try {
    const client = newClient(hosts, {
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      application_name: 'switchboard',
    });
    // It may end at any moment; whoever waits for an answer learns of it.
    client.on('error', () => {});
    await client.connect();
    return client;
  } catch (error) {
    const [Problem, words] =
      error instanceof NotWritable
        ? [DatabaseAway, 'is read-only: DATABASE_URL must name the primary, not a standby.']
        : [passes(error) ? DatabaseAway : Error, `cannot be reached: ${messageOf(error)}.`];
    throw new Problem(`The database ${words}`, { cause: error });
  }
}

/** @throws DatabaseAway when the answer was lost on the way; else what `question` throws */
async function askedOf<T>(question: Promise<T>): Promise<T> {
  return question.catch((error: unknown) => {
    if (!passes(error)) throw error;
    throw new DatabaseAway(`The database cannot be reached: ${messageOf(error)}.`, {
      cause: error,
    });
  });
}

/** Not there, starting, full; while a password, a name or a certificate stays wrong. */
function passes(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: unknown };
  if (error instanceof pg.DatabaseError) return /^(08|53|57|55P03)/.test(code ?? '');
  if (cause instanceof AggregateError) return cause.errors.some(passes);
  // The driver's own errors have no code: of time that ran out, of a connection that ended.
  if (code === undefined) return /timeout|terminated|ended/i.test(messageOf(error));
  return /^(E[A-Z]+|EAI_AGAIN)$/.test(code);
}

async function faultOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{
    version: number;
    encoding: string;
    role: string;
    schema: string | null;
    creates: boolean;
    elsewhere: string | null;
  }>(`
    select current_setting('server_version_num')::integer as version,
      current_setting('server_encoding') as encoding,
      current_user as role,
      current_schema() as schema,
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as creates,
      -- Of the schemas that database or role preset, the one that holds Switchboard's tables.
      (select n.nspname
       from pg_settings s
       join pg_namespace n
         on n.nspname = any (string_to_array(translate(s.reset_val, '" ', ''), ','))
       join pg_class c on c.relnamespace = n.oid and c.relname = 'schema_versions'
       where s.name = 'search_path' and to_regclass('schema_versions') is null
       limit 1) as elsewhere`);
  const found = rows[0]!;
  if (found.version < OLDEST_POSTGRES)
    return `Switchboard needs PostgreSQL 15 or later, this is ${Math.floor(found.version / 10_000)}.`;
  if (found.encoding !== 'UTF8')
    return `The database holds text as ${found.encoding}: make one with encoding 'UTF8'.`;
  if (found.elsewhere)
    return `The tables are in schema ${found.elsewhere}, which must be said in DATABASE_URL: add ?options=-csearch_path%3D${encodeURIComponent(found.elsewhere)}`;
  if (!found.creates)
    return `The user ${found.role} of DATABASE_URL may not make tables in schema ${found.schema ?? '(none)'}: grant it usage and create there, or let it own the database.`;
  return undefined;
}

const NO_SESSION =
  'The database keeps no session (settings, prepared statements): DATABASE_URL must name PostgreSQL itself or a pooler in session mode, not one in transaction mode.';

/**
 * Behind a pooler that lends connections for one transaction, settings and prepared statements go
 * to whoever comes next: time limits would hold for nobody, and statements be unknown or another's.
 */
async function requireSession(hosts: Hosts, ours: pg.Client): Promise<void> {
  const mark = `switchboard_${randomUUID().replaceAll('-', '')}`;
  const session = `select pg_backend_pid() as pid, current_setting('switchboard.mark', true) as mark`;
  const other = await connect(hosts);
  try {
    await askedOf(ours.query(`set switchboard.mark = '${mark}'`));
    // While this transaction lasts, a pooler must serve us from another connection.
    await askedOf(other.query('begin'));
    const [theirs] = (await askedOf(other.query(session))).rows;
    const [own] = (await askedOf(ours.query(session))).rows;
    if (own.mark !== mark || own.pid === theirs.pid) throw new Error(NO_SESSION);
    await askedOf(other.query('commit'));
  } catch (error) {
    if (error instanceof DatabaseAway) throw error;
    throw new Error(NO_SESSION, { cause: error });
  } finally {
    await disconnect(other);
  }
}

async function disconnect(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}
