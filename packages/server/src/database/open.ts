/** The database of a configuration: DATABASE_URL or the embedded one, migrated and proved. */
import type { FastifyBaseLogger } from 'fastify';
import sql from 'sql-template-tag';
import type { Config } from '../config.ts';
import { keyOfDataDir, proveSecretKey } from '../secret-key.ts';
import type { Database } from './database.ts';
import { startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';

const OLDEST_POSTGRES = 150_000;

export type OpenDatabase = {
  database: Database;
  secretKeys: readonly string[];
  /** Closes the pool and stops the embedded PostgreSQL. */
  close(): Promise<void>;
};

/**
 * Opens, checks and migrates the database.
 *
 * @param onLost an idle connection was lost
 * @throws Error with a sentence for the operator: unreachable, too old, newer than this server, or
 *   of another SECRET_KEY
 */
export async function openDatabase(
  config: Config,
  log: FastifyBaseLogger,
  onLost: () => void = () => {},
): Promise<OpenDatabase> {
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({
        dataDir: config.dataDir,
        log: ({ level, message }) => log[level](message),
      });
  const database = openPostgres({
    connection: embedded?.connection ?? { connectionString: config.databaseUrl },
    onLost: (error) => {
      onLost();
      log.warn({ err: error }, 'a database connection was lost');
    },
  });
  const close = async () => {
    await database.close();
    await embedded?.stop();
  };
  try {
    await requireUsable(database);
    const ran = await migrate(database);
    if (ran.length > 0) log.info({ migrations: ran }, 'the database was migrated');
    const secretKeys = config.secretKeys ?? [keyOfDataDir(config.dataDir)];
    await proveSecretKey(database, secretKeys);
    return { database, secretKeys, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** PostgreSQL 15 or later, writable, with session state that lasts: LISTEN must work on it. */
async function requireUsable(database: Database): Promise<void> {
  await database
    .read(async (db) => {
      const [row] = await db.query<{ version: number; standby: boolean }>(sql`
        select current_setting('server_version_num')::integer as version,
          pg_is_in_recovery() as standby`);
      if (!row || row.version < OLDEST_POSTGRES)
        throw new Error('Switchboard needs PostgreSQL 15 or later.');
      if (row.standby) throw new Error('DATABASE_URL names a standby: it must name the primary.');
      await db.query(sql`listen switchboard_check`);
      await db.query(sql`unlisten switchboard_check`);
    })
    .catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`The database cannot be used: ${message}`, { cause: error });
    });
}
