/**
 * PostgreSQL through `pg`: a pool, type parsers, time-outs, and the one place where a driver's
 * error becomes either a fault of ours or DatabaseUnavailable.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  type Database,
  DatabaseUnavailable,
  type Db,
  type GatheredStatement,
  runTogether,
  type Statement,
  type Transaction,
  type TransactionOptions,
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

// A frozen server is noticed by silence alone: whoever asks it learns so within about 3 s. The
// server's own limits come first, so that a slow statement does not cost its connection.
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 2_500;
const NO_ANSWER_TIMEOUT_MS = 3_000;
const SESSION_SETTINGS = `
  set statement_timeout = ${STATEMENT_TIMEOUT_MS};
  set lock_timeout = 2000;
  set idle_in_transaction_session_timeout = 10000;
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
  const begin = async (limits: TransactionOptions = {}): Promise<Transaction> => {
    const connection = await connect(pool, limits.statementSeconds);
    return transaction(connection, limits.statementSeconds);
  };
  const gatherers = new Map<unknown, unknown>();

  return {
    pool,
    read: withClient,
    begin,
    async write(work, limits) {
      const open = await begin(limits);
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
    close: () => Promise.race([pool.end(), sleep(NO_ANSWER_TIMEOUT_MS, undefined, { ref: false })]),
  };
}

type Connection = Db & { release(): void; isBroken(): boolean };

/** @param statementSeconds for statements that may take longer than ordinary ones */
async function connect(pool: pg.Pool, statementSeconds?: number): Promise<Connection> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new DatabaseUnavailable(messageOf(error), { lost: true, cause: error });
  });
  let broken = false;
  // A connection that dies while it is lent out says so here; the statement says it too.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  const query_timeout = statementSeconds && statementSeconds * 1000 + NO_ANSWER_TIMEOUT_MS;
  return {
    async query<Row>({ name, text, values }: Statement): Promise<Row[]> {
      try {
        const result = await client.query({
          text,
          values,
          ...(name !== undefined && { name }),
          ...(query_timeout && { query_timeout }),
        });
        return result.rows as Row[];
      } catch (error) {
        const known = translated(error);
        broken ||= known instanceof DatabaseUnavailable && known.lost;
        throw known;
      }
    },
    isBroken: () => broken,
    release() {
      client.off('error', onError);
      client.release(broken);
    },
  };
}

async function transaction(
  connection: Connection,
  statementSeconds: number | undefined,
): Promise<Transaction> {
  let open = true;
  const end = async (command: 'commit' | 'rollback') => {
    if (!open) return;
    open = false;
    try {
      // On a broken connection a rollback would only wait for an answer that never comes.
      if (command === 'commit' || !connection.isBroken())
        await connection.query({ text: command, values: [] });
    } catch (error) {
      if (command === 'commit') throw error;
    } finally {
      connection.release();
    }
  };
  const patience = statementSeconds
    ? `; set local statement_timeout = '${statementSeconds}s';
       set local lock_timeout = '${statementSeconds}s';
       set local idle_in_transaction_session_timeout = '${statementSeconds}s'`
    : '';
  try {
    await connection.query({ text: `begin${patience}`, values: [] });
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
const isLoss = (code: string | undefined) => /^(08|57P0[1-5]|25P03)/.test(code ?? '08');

/**
 * Out of resources, read-only after a failover, a time limit, a lock that did not come, a
 * deadlock: all pass by themselves.
 */
const passes = (code: string | undefined) => /^(53|40|57014|55P03|25006)/.test(code ?? '');

function translated(error: unknown): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  if (!(error instanceof pg.DatabaseError) || isLoss(error.code))
    return new DatabaseUnavailable(messageOf(error), { lost: true, cause: error });
  if (!passes(error.code)) return error;
  return new DatabaseUnavailable(error.message, { lost: false, cause: error });
}

/** An error's words; Node's error for a name with several addresses has none, only its parts do. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
