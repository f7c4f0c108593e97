/**
 * PostgreSQL through `pg`: a pool, type parsers, time-outs, and the one place where a driver's
 * error becomes either a fault of ours or DatabaseUnavailable.
 */
import pg from 'pg';
import {
  type Database,
  DatabaseUnavailable,
  type Db,
  type GatheredStatement,
  runTogether,
  type Statement,
  type Transaction,
} from './database.ts';
import { GATHER_DEFAULTS, Gatherer, type GatherOptions } from './gather.ts';

export type PostgresOptions = {
  connection: pg.PoolConfig;
  /** Connections at most. */
  connections?: number;
  gather?: GatherOptions | undefined;
  /** Called when an idle connection is lost. */
  onLost?: (error: Error) => void;
};

const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const NO_ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2_000;
const SESSION_SETTINGS = `
  set statement_timeout = ${STATEMENT_TIMEOUT_MS};
  set idle_in_transaction_session_timeout = ${NO_ANSWER_TIMEOUT_MS};
  set lock_timeout = 4000;
  set jit = off;
  set timezone = 'UTC'`;

// int8 and count(*) fit a double here: counters and Unix times, never arithmetic beyond 2^53.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** Opens a pool; no connection is made before the first statement. */
export function openPostgres(options: PostgresOptions): Database & { pool: pg.Pool } {
  const pool = new pg.Pool({
    ...options.connection,
    types,
    max: options.connections ?? 20,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: NO_ANSWER_TIMEOUT_MS,
    application_name: 'switchboard',
    keepAlive: true,
    // Not as startup parameters: session poolers refuse those.
    onConnect: async (client) => {
      await client.query(SESSION_SETTINGS);
    },
  });
  pool.on('error', (error) => options.onLost?.(error));

  const withClient = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const connection = await connect(pool);
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  };
  const begin = async (): Promise<Transaction> => {
    const connection = await connect(pool);
    return transaction(connection);
  };
  const gatherers = new Map<unknown, unknown>();

  return {
    pool,
    read: withClient,
    begin,
    async write(work) {
      const open = await begin();
      try {
        const result = await work(open);
        await open.commit();
        return result;
      } catch (error) {
        await open.rollback();
        throw error;
      }
    },
    gathered<Input, Outcome>(statement: GatheredStatement<Input, Outcome>, input: Input) {
      let gatherer = gatherers.get(statement) as Gatherer<Input, Outcome> | undefined;
      if (!gatherer) {
        gatherer = new Gatherer(
          (inputs) => withClient((db) => runTogether(db, statement, inputs)),
          statement.keyOf,
          options.gather ?? GATHER_DEFAULTS,
        );
        gatherers.set(statement, gatherer);
      }
      return gatherer.add(input);
    },
    close: () => pool.end(),
  };
}

type Connection = Db & { release(): void };

async function connect(pool: pg.Pool): Promise<Connection> {
  const client = await pool.connect().catch((error: unknown) => {
    throw translated(error);
  });
  let broken = false;
  // A connection that dies while it is lent out says so here; the statement says it too.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  return {
    async query<Row>(statement: Statement): Promise<Row[]> {
      try {
        const result = await client.query(statement as pg.QueryConfig);
        return result.rows as Row[];
      } catch (error) {
        const known = translated(error);
        if (!(error instanceof pg.DatabaseError) || isLoss(error.code)) broken = true;
        throw known;
      }
    },
    release() {
      client.off('error', onError);
      client.release(broken);
    },
  };
}

async function transaction(connection: Connection): Promise<Transaction> {
  let open = true;
  const end = async (command: 'commit' | 'rollback') => {
    if (!open) return;
    open = false;
    try {
      await connection.query({ text: command, values: [] });
    } catch (error) {
      if (command === 'commit') throw error;
    } finally {
      connection.release();
    }
  };
  try {
    await connection.query({ text: 'begin', values: [] });
  } catch (error) {
    connection.release();
    throw error;
  }
  return {
    query: (statement) => connection.query(statement),
    commit: () => end('commit'),
    rollback: () => end('rollback'),
  };
}

/** SQLSTATEs after which the connection is of no use. */
const isLoss = (code: string | undefined) => /^(08|57P0[1-5])/.test(code ?? '08');

/**
 * Lost, shutting down, out of resources, read-only after a failover, a time limit, a lock that
 * did not come, a deadlock: all pass by themselves.
 */
const passes = (code: string | undefined) =>
  isLoss(code) || /^(53|40|57014|55P03|25006|25P03)/.test(code ?? '');

function translated(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  if (error instanceof pg.DatabaseError && !passes(error.code)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DatabaseUnavailable(message, { cause: error });
}
