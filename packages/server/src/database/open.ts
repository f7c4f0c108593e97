/** The database of a configuration: DATABASE_URL or the embedded one, migrated and proved. */
import { accessSync, constants } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import { makeFolder } from '../installation/folder.ts';
import { hasNoKey, keyOfDataDir, proveSecretKey } from '../secret-key.ts';
import { awaitDatabase } from './connecting/await-database.ts';
import { messageOf } from './connection.ts';
import type { Database } from './database.ts';
import { startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { settleEvents } from './settle.ts';
import { requireEntryNumbers, requireUsable } from './usable.ts';

export type OpenDatabase = {
  database: Database;
  secretKeys: readonly string[];
  /** Closes the pool and stops the embedded PostgreSQL. */
  close(): Promise<void>;
};

export type OpenOptions = {
  /** Called when an idle connection was lost. */
  onLost?: () => void;
  /** Waits for a database that is away, until this is aborted; without it such a one is refused. */
  waiting?: AbortSignal | undefined;
};

/**
 * Makes DATA_DIR, whose contents only its owner can list; opens, checks and migrates the database.
 *
 * @throws Error with a sentence for the operator: unreachable, not usable, newer than this server,
 *   or of another SECRET_KEY; the reason of `waiting` once that is aborted
 */
export async function openDatabase(
  config: Config,
  log: FastifyBaseLogger,
  { onLost, waiting }: OpenOptions = {},
): Promise<OpenDatabase> {
  makeDataDir(config.dataDir);
  const embedded = config.databaseUrl
    ? undefined
    : await startEmbedded({
        dataDir: config.dataDir,
        log: ({ level, message }) => log[level](message),
      });
  const connection = config.databaseUrl ?? embedded!.connection;
  const { ignored = [] } = config.databaseUrl ?? {};
  if (ignored.length > 0)
    log.warn(`These parameters of DATABASE_URL have no effect: ${ignored.join(', ')}.`);
  let closing = false;
  const database = openPostgres({
    connection,
    onLost: (error) => {
      if (closing) return;
      onLost?.();
      // Not the error itself: the driver hangs its whole client on it, secrets included.
      log.warn({ reason: error.message }, 'a database connection was lost');
    },
  });
  const close = async () => {
    closing = true;
    await database.close();
    await embedded?.stop();
  };
  try {
    const ask = () => requireUsable(connection);
    await (waiting ? awaitDatabase(ask, log, waiting) : ask());
    const ran = await migrate(database);
    if (ran.length > 0) log.info({ migrations: ran }, 'the database was migrated');
    await requireEntryNumbers(database);
    const events = await settleEvents(database);
    if (events > 0)
      log.warn(
        { events },
        'the log came from another cluster: its events are the past from now on',
      );
    const secretKeys = config.secretKeys ?? [
      keyOfDataDir(config.dataDir, await hasNoKey(database)),
    ];
    await proveSecretKey(database, secretKeys);
    return { database, secretKeys, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function makeDataDir(dataDir: string): void {
  // Root's PostgreSQL runs as another user, who must pass through to its own folder in here.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    makeFolder(dataDir, mode);
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new Error(`DATA_DIR ${dataDir} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
