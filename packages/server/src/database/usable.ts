/** Whether a PostgreSQL can carry Switchboard: asked once, before anything is written to it. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import sql from 'sql-template-tag';
import { messageOf } from './connection.ts';
import type { Database } from './database.ts';

const OLDEST_POSTGRES = 150_000;
const PATIENCE_MS = 5_000;

/**
 * Asks the database whether it is PostgreSQL 15 or later, writable, in UTF-8, open to new tables,
 * and reached directly or through a session pooler.
 *
 * @throws Error with a sentence for the operator
 */
export async function requireUsable(connection: pg.PoolConfig): Promise<void> {
  const client = await connect(connection);
  try {
    const problem = await faultOf(client);
    if (problem) throw new Error(problem);
    await requireSession(connection, client);
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

async function connect(connection: pg.PoolConfig): Promise<pg.Client> {
  try {
    const client = new pg.Client({
      ...connection,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      application_name: 'switchboard',
    });
    // It may end at any moment; whoever waits for an answer learns of it.
    client.on('error', () => {});
    await client.connect();
    return client;
  } catch (error) {
    throw new Error(`The database cannot be reached: ${messageOf(error)}.`, { cause: error });
  }
}

async function faultOf(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{
    version: number;
    read_only: boolean;
    encoding: string;
    role: string;
    schema: string | null;
    creates: boolean;
  }>(`
    select current_setting('server_version_num')::integer as version,
      current_setting('transaction_read_only')::boolean as read_only,
      current_setting('server_encoding') as encoding,
      current_user as role,
      current_schema() as schema,
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as creates`);
  const found = rows[0]!;
  if (found.version < OLDEST_POSTGRES)
    return `Switchboard needs PostgreSQL 15 or later, this is ${Math.floor(found.version / 10_000)}.`;
  if (found.read_only)
    return 'The database is read-only: DATABASE_URL must name the primary, not a standby.';
  if (found.encoding !== 'UTF8')
    return `The database holds text as ${found.encoding}: make one with encoding 'UTF8'.`;
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
async function requireSession(connection: pg.PoolConfig, ours: pg.Client): Promise<void> {
  const mark = `switchboard_${randomUUID().replaceAll('-', '')}`;
  const session = `select pg_backend_pid() as pid, current_setting('switchboard.mark', true) as mark`;
  const other = await connect(connection);
  try {
    await ours.query(`set switchboard.mark = '${mark}'`);
    // While this transaction lasts, a pooler must serve us from another connection.
    await other.query('begin');
    const [theirs] = (await other.query(session)).rows;
    const [own] = (await ours.query(session)).rows;
    if (own.mark !== mark || own.pid === theirs.pid) throw new Error(NO_SESSION);
    await other.query('commit');
  } catch (error) {
    throw new Error(NO_SESSION, { cause: error });
  } finally {
    await disconnect(other);
  }
}

async function disconnect(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}
