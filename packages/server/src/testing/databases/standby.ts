/** For tests: a standby that follows a PostgreSQL of theirs by streaming replication. */
import { execFile } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { runPostgres, type TestPostgres } from '../postgres.ts';

/**
 * Copies a running primary and starts the copy as its standby.
 *
 * @param isSynchronous whether the primary's commits wait for it from now on
 */
export async function startStandby(
  primary: TestPostgres,
  { durable = true, isSynchronous = false } = {},
): Promise<TestPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-standby-'));
  // As the server makes it: root's PostgreSQL, another user's, stays in it.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  const folder = join(dataDir, 'postgres');
  await copy(primary, folder);
  const { host, port, user } = primary.connection;
  appendFileSync(
    join(folder, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=''${host}'' port=${port} user=${user} application_name=standby'
     synchronous_standby_names = ''\n`,
  );
  await writeOwned(join(folder, 'standby.signal'), '');
  const standby = await runPostgres(dataDir, durable);
  if (isSynchronous) await requireSynchronous(primary, true);
  return standby;
}

/** Whether commits of that primary wait for a standby, there or not. */
export async function requireSynchronous(primary: TestPostgres, isOn: boolean): Promise<void> {
  await run(primary, `alter system set synchronous_standby_names = '${isOn ? 'standby' : ''}'`);
  await run(primary, 'select pg_reload_conf()');
  const shown = `select current_setting('synchronous_standby_names') as names`;
  while ((await run(primary, shown))[0]?.names !== (isOn ? 'standby' : ''));
}

/** Makes the standby a primary; answers when it takes changes. */
export async function promote(standby: TestPostgres): Promise<void> {
  await run(standby, 'select pg_promote(true, 60)');
}

/** Runs one statement that waits for no standby. */
async function run(postgres: TestPostgres, statement: string) {
  const client = new pg.Client(postgres.connection);
  await client.connect();
  try {
    await client.query('set synchronous_commit = local');
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** A low-level base backup: the PostgreSQL that npm brings has no pg_basebackup. */
async function copy(primary: TestPostgres, folder: string): Promise<void> {
  const client = new pg.Client(primary.connection);
  await client.connect();
  await client.query(`select pg_backup_start('standby', true)`);
  // Files that come and go meanwhile are no failure: the write-ahead log knows of them.
  await promisify(execFile)('cp', ['-a', primary.dataFolder, folder]).catch(() => {});
  const { rows } = await client.query('select labelfile from pg_backup_stop(false)');
  await client.end();
  rmSync(join(folder, 'postmaster.pid'));
  await writeOwned(join(folder, 'backup_label'), rows[0].labelfile);
}

async function writeOwned(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  const { uid, gid } = statSync(join(file, '..'));
  chownSync(file, uid, gid);
}
