/**
 * Where the contestants meet: one PostgreSQL with fsync on, one partner, its token, a thousand
 * accounts. Between measurements everybody finds it in the same state.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbedded } from '../packages/server/src/database/embedded.ts';
import { migrate } from '../packages/server/src/database/migrate.ts';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { TOKEN_PREFIX } from '../packages/server/src/partners/credentials/access-token.ts';
import { newToken, sha256 } from '../packages/server/src/secret.ts';

export const ACCOUNTS = 1_000;
export const SERVER = 'online';

export type Stage = {
  connection: { host: string; port: number; user: string; database: string };
  /** The same place as a DATABASE_URL. */
  databaseUrl: string;
  /** A temporary folder; gone with the stage. */
  folder: string;
  /** Of its PostgreSQL. */
  dataFolder: string;
  token: string;
  /** `18.1`; and whether commits wait for the disk. */
  postgres: { version: string; fsync: boolean };
  /** How many changes of accounts there have been, ever. */
  changes(): Promise<number>;
  /** Drops the events of earlier measurements and writes a checkpoint, so that none falls into one. */
  tidy(): Promise<void>;
  /** May be called again. */
  close(): Promise<void>;
};

/** @param checkout whose tables they are, the folder of a working tree; without it, this one's */
export async function openStage(checkout?: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-bench-'));
  const embedded = await startEmbedded({ dataDir: folder, log: () => {} });
  const { connection } = embedded;
  const database = openPostgres({ connection, connections: 1 });
  const closeAll = async () => {
    await database.close();
    await embedded.stop();
    // The database may lie outside `folder`, in one made for it.
    for (const path of [dirname(embedded.dataFolder), folder])
      rmSync(path, { recursive: true, force: true });
  };
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll());
  // A checkpoint takes longer than the service's own statements may.
  const patience = { query_timeout: 60_000 };
  const query = async (text: string, values: unknown[] = []) => {
    const { rows } = await database.pool.query({ text, values, ...patience });
    return rows[0] ?? {};
  };

  try {
    const { host, port, user, database: name } = connection;
    const databaseUrl = `postgres://${user}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}&sslmode=disable`;
    if (checkout === undefined) await migrate(database);
    else await migrateAs(checkout, databaseUrl, folder);
    await query('set statement_timeout = 0');
    const token = newToken(TOKEN_PREFIX);
    await query(`insert into servers (name, is_main) values ($1, true)`, [SERVER]);
    await query(`insert into partners (name) values ('A partner')`);
    await query(
      `insert into credentials (partner_id, client_id, mode)
       select partner_id, 'bench', 'strict' from partners`,
    );
    await query(
      `insert into access_tokens (token_hash, credential_id, expires_at)
       select $1, credential_id, now() + interval '1 day' from credentials`,
      [sha256(token)],
    );
    await query(
      `insert into accounts
         (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
       select $1, number, partner_id, 'Account', 3, 2
       from partners, generate_series(1, $2) as number`,
      [SERVER, ACCOUNTS],
    );
    await query('vacuum analyze');
    const about = await query(
      `select split_part(current_setting('server_version'), ' ', 1) as version,
         current_setting('fsync') = 'on' as fsync`,
    );
    return {
      connection,
      databaseUrl,
      folder,
      dataFolder: embedded.dataFolder,
      token,
      postgres: about as Stage['postgres'],
      changes: async () => {
        const row = await query('select sum(revision - 1)::bigint as changes from accounts');
        return row.changes as number;
      },
      tidy: async () => {
        // An idle connection is closed, and the next one knows nothing of its settings.
        await query('set statement_timeout = 0');
        await query(`set switchboard.operation = 'importAll'`);
        await query('truncate events');
        await query('reset switchboard.operation');
        await query('vacuum accounts');
        await query('checkpoint');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the checkout's own program: its tables may be others. */
async function migrateAs(checkout: string, databaseUrl: string, folder: string): Promise<void> {
  const main = join(checkout, 'packages/server/src/main.ts');
  await promisify(execFile)(process.execPath, [main, 'migrate'], {
    env: { ...process.env, ...serviceEnvironment(databaseUrl, folder) },
  });
}

/** What a service on a stage is started with. */
export const serviceEnvironment = (databaseUrl: string, folder: string) => ({
  DATABASE_URL: databaseUrl,
  DATA_DIR: join(folder, 'service'),
  SECRET_KEY: 'a-secret-key-of-the-bench-of-32-bytes',
});
