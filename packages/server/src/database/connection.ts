/**
 * One connection of the pool and its transaction, and the one place where a driver's error becomes
 * either a fault of ours or DatabaseUnavailable.
 */
import pg from 'pg';
import { cancelStatement } from './connecting/cancel.ts';
import type { Hosts } from './connecting/hosts.ts';
import {
  DatabaseUnavailable,
  type Db,
  type Statement,
  type Transaction,
  type TransactionOptions,
} from './database.ts';

/** How long a server may be silent; a patient statement adds it to its own limit. */
export const NO_ANSWER_TIMEOUT_MS = 3_000;

/** A connection that is lent out; it is given back once. */
export type Connection = Db & { release(): void; isBroken(): boolean };

/**
 * Borrows a connection to the host that is the one to write to.
 *
 * @throws DatabaseUnavailable
 */
export async function connect(
  pool: pg.Pool,
  hosts: Hosts,
  { statementSeconds, expendable }: TransactionOptions = {},
): Promise<Connection> {
  const client = await borrow(pool, hosts);
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
      if (broken) hosts.lost(client);
      if (broken && expendable) cancelStatement(client);
      client.release(broken);
    },
  };
}

async function borrow(pool: pg.Pool, hosts: Hosts): Promise<pg.PoolClient> {
  for (;;) {
    const client = await pool.connect().catch((error: unknown) => {
      throw new DatabaseUnavailable(messageOf(error), { lost: true, cause: error });
    });
    if (!hosts.isStale(client)) return client;
    client.release(true);
  }
}

/** Begins a transaction, whose end gives the connection back. */
export async function transaction(
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

/**
 * SQLSTATEs after which the connection is of no use: one to a server that cannot be written would
 * be kept for ever, since its server answers.
 */
const isLoss = (code: string | undefined) => /^(08|57P0[1-5]|25P0[34]|25006)/.test(code ?? '08');

/** Out of resources, a time limit, a lock that did not come, a deadlock: all pass by themselves. */
const passes = (code: string | undefined) => /^(53|40|57014|55P03)/.test(code ?? '');

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
