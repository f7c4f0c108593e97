/** A standby that follows a stage's PostgreSQL and that its commits wait for, some way off. */
import { execFile, fork } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startEmbedded } from '../packages/server/src/database/embedded.ts';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { end, firstMessage } from './child.ts';
import type { Stage } from './stage.ts';

const NAME = 'standby';
const PATIENCE = { statementSeconds: 60 };

/**
 * Copies the primary, starts the copy as its standby and makes commits wait for it.
 *
 * @param delayMs of an acknowledgement, there and back
 * @returns what ends it
 */
export async function addStandby(
  { connection, dataFolder }: Stage,
  delayMs: number,
): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-bench-standby-'));
  // As the server makes it: root's PostgreSQL, another user's, stays in it.
  chmodSync(dataDir, 0o711);
  const { host, port, user } = connection;
  const socket = `.s.PGSQL.${port}`;
  const plan = { from: join(dataDir, socket), to: join(host, socket), delayMs };
  const relay = fork(join(import.meta.dirname, 'relay.ts'), [JSON.stringify(plan)]);
  await firstMessage(relay);
  chmodSync(plan.from, 0o777);

  const folder = join(dataDir, 'postgres');
  const database = openPostgres({ connection, connections: 1 });
  const [backup] = await database.write(async (db) => {
    await db.query({ text: 'select pg_backup_start($1, true)', values: [NAME] });
    // Files that come and go meanwhile are no failure: the write-ahead log knows of them.
    await promisify(execFile)('cp', ['-a', dataFolder, folder]).catch(() => {});
    return db.query<{ labelfile: string }>({
      text: `select labelfile from pg_backup_stop(false)`,
      values: [],
    });
  }, PATIENCE);
  rmSync(join(folder, 'postmaster.pid'));
  const { uid, gid } = statSync(folder);
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 });
    chownSync(join(folder, file), uid, gid);
  };
  write('backup_label', backup?.labelfile ?? '');
  write('standby.signal', '');
  appendFileSync(
    join(folder, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=''${dataDir}'' port=${port} user=${user} application_name=${NAME}'\n`,
  );
  const standby = await startEmbedded({ dataDir, log: () => {} });
  await database.read(async (db) => {
    await db.query({ text: `alter system set synchronous_standby_names = '${NAME}'`, values: [] });
    await db.query({ text: `select pg_reload_conf()`, values: [] });
    const state = { text: `select from pg_stat_replication where sync_state = 'sync'`, values: [] };
    while ((await db.query(state)).length === 0) await sleep(50);
  });
  await database.close();
  return async () => {
    await standby.stop();
    await end(relay);
    rmSync(dataDir, { recursive: true, force: true });
  };
}
