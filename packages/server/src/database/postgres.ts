/** PostgreSQL through `pg`: a pool, its type parsers and time-outs. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Address, clientClass, driverOptions } from './connecting/client.ts';
import { Hosts } from './connecting/hosts.ts';
import { connect, NO_ANSWER_TIMEOUT_MS, transaction } from './connection.ts';
import {
  type Database,
  type Db,
  type GatheredStatement,
  runTogether,
  type Transaction,
  type TransactionOptions,
} from './database.ts';
import { GATHER_DEFAULTS, Gatherer, type GatherOptions } from './gather.ts';

export type PostgresOptions = {
  connection: Address;
  /** Connections at most. */
  connections?: number;
  gather?: GatherOptions | undefined;
  /** Called when an idle connection is lost. */
  onLost?: (error: Error) => void;
};

// A frozen server is noticed by silence alone: whoever asks it learns so within about 3 s.
const CONNECT_TIMEOUT_MS = 2_000;
// Of the connection apart: whoever reads there asks again at once, on another connection.
const SILENCE_MS = 300;

// int8 and count(*) fit a double here: counters and Unix times, never arithmetic beyond 2^53.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** Opens a pool; no connection is made before the first statement. */
export function openPostgres(options: PostgresOptions): Database & { pool: pg.Pool } {
  const hosts = new Hosts(options.connection);
  const pool = openPool(hosts, options.onLost, {
    max: options.connections ?? 20,
    query_timeout: NO_ANSWER_TIMEOUT_MS,
    application_name: 'switchboard',
  });
  // Lost connections of this one are its reader's affair.
  const apart = openPool(hosts, undefined, {
    max: 1,
    query_timeout: SILENCE_MS,
    application_name: 'switchboard tail',
  });

  const withClient = async <T>(work: (db: Db) => Promise<T>, from = pool): Promise<T> => {
    const connection = await connect(from, hosts);
    try {
      return await work(connection);
    } finally {
      connection.release();
    }
  };
  const begin = async (limits: TransactionOptions = {}): Promise<Transaction> => {
    const connection = await connect(pool, hosts, limits);
    return transaction(connection, limits.statementSeconds);
  };
  const gatherers = new Map<unknown, unknown>();
  const gathererOf = <Input, Outcome>(statement: GatheredStatement<Input, Outcome>) => {
    const known = gatherers.get(statement) as Gatherer<Input, Outcome> | undefined;
    if (known) return known;
    const gatherer = new Gatherer<Input, Outcome>(
      (inputs, patient) => withClient((db) => runTogether(db, statement, inputs, patient)),
      statement.keyOf,
      options.gather ?? GATHER_DEFAULTS,
    );
    gatherers.set(statement, gatherer);
    return gatherer;
  };

  return {
    pool,
    read: (work) => withClient(work),
    readApart: (work) => withClient(work, apart),
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
    gathered: (statement, input) => gathererOf(statement).add(input),
    gatheredMany: (statement, inputs, owner) => gathererOf(statement).addMany(inputs, owner),
    async close() {
      const patience = sleep(NO_ANSWER_TIMEOUT_MS, undefined, { ref: false });
      await Promise.race([Promise.all([pool.end(), apart.end()]), patience]);
    },
  };
}

/** Of clients that find the host to write to together, and pin their sessions. */
function openPool(hosts: Hosts, onLost: PostgresOptions['onLost'], own: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...driverOptions(hosts.address),
    Client: clientClass(hosts),
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    ...own,
  });
  pool.on('error', (error, client) => {
    hosts.lost(client);
    onLost?.(error);
  });
  return pool;
}
