/**
 * For tests: a database of its own on the PostgreSQL of the run, and a PostgreSQL of one file's own,
 * to be stopped, killed and frozen.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbedded } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { removeDataDir } from './data-dir.ts';
import { atEnd } from './ends.ts';

export type TestPostgres = {
  /** Of a migrated database; stays the same over every stop and start. */
  connection: EmbeddedPostgres['connection'];
  dataFolder: string;
  /** Nothing listens any more when it returns. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends as in a crash; returns when its supervisor has started it again. */
  kill(): Promise<void>;
  /** Ends as a machine that loses its power and stays away, until `start`. */
  crash(): Promise<void>;
  /** It accepts connections and never answers, as a machine that hangs; Linux only. */
  freeze(): void;
  thaw(): void;
};

/**
 * Starts a PostgreSQL with a migrated database; it is removed after the test file.
 *
 * @param durable false where no test kills it: commits that were answered may then be lost
 */
export async function startPostgres({ durable = true } = {}): Promise<TestPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-postgres-'));
  const postgres = await runPostgres(dataDir, durable);
  const database = openPostgres({ connection: postgres.connection });
  await migrate(database);
  await database.close();
  return postgres;
}

/** Runs the PostgreSQL of a DATA_DIR, whatever is in it; it is removed after the test file. */
export async function runPostgres(dataDir: string, durable: boolean): Promise<TestPostgres> {
  const start = () => startEmbedded({ dataDir, durable, log: () => {} });
  let running: EmbeddedPostgres = await start();
  let frozen: number[] = [];
  const thaw = () => {
    for (const pid of frozen.splice(0)) process.kill(pid, 'SIGCONT');
  };
  atEnd(async () => {
    thaw();
    await running.stop();
    removeDataDir(dataDir, running.dataFolder);
  });
  return {
    connection: running.connection,
    dataFolder: running.dataFolder,
    stop: () => running.stop(),
    start: async () => {
      running = await start();
    },
    kill: async () => {
      const killed = pidOf(running);
      process.kill(killed, 'SIGKILL');
      while ((running.pid() ?? killed) === killed) await sleep(10);
    },
    crash: async () => {
      process.kill(pidOf(running), 'SIGKILL');
      // Before its supervisor has seen it: this ends the supervision.
      await running.stop();
    },
    freeze: () => {
      const postmaster = pidOf(running);
      // The postmaster first, so that no process of its is missed.
      process.kill(postmaster, 'SIGSTOP');
      frozen = [postmaster, ...childrenOf(postmaster)];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    thaw,
  };
}

function pidOf(postgres: EmbeddedPostgres): number {
  const pid = postgres.pid();
  if (pid === undefined) throw new Error('PostgreSQL is down already');
  return pid;
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

let clones = 0;
let own: Promise<pg.PoolConfig> | undefined;

/** A database of its own, dropped after the file. */
export async function cloneDatabase(): Promise<pg.PoolConfig> {
  const given = process.env.SWITCHBOARD_TEST_POSTGRES;
  own ??= given ? Promise.resolve(JSON.parse(given) as pg.PoolConfig) : startOwn();
  const template = await own;
  const name = `test_${process.pid}_${++clones}`;
  await administer(template, `create database ${name} template ${template.database}`);
  atEnd(() => administer(template, `drop database if exists ${name} with (force)`));
  return { ...template, database: name };
}

async function administer(template: pg.PoolConfig, statement: string): Promise<void> {
  const client = new pg.Client({ ...template, database: 'postgres' });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** A PostgreSQL for one file that is run alone; its database is the template to clone from. */
async function startOwn(): Promise<pg.PoolConfig> {
  const { connection } = await startPostgres({ durable: false });
  return connection;
}
