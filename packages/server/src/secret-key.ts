/** The installation's secret key, and the proof that this database belongs to it. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import type { Database } from './database/database.ts';
import { record } from './events/event.ts';
import { sweepPrivateFile, writePrivateFile } from './private-file.ts';

/**
 * The key made at the first start with the embedded database; kept in `DATA_DIR/secret.key`.
 *
 * @param isNew the database has no key yet: one is made
 * @throws Error when that file is damaged, or missing while the database has one
 */
export function keyOfDataDir(dataDir: string, isNew: boolean): string {
  const file = join(dataDir, 'secret.key');
  try {
    const key = readFileSync(file, 'utf8').trim();
    if (key.length >= 32) return key;
    throw new Error(`${file} holds no key: restore it, or set SECRET_KEY to the one it held.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (!isNew)
    throw new Error(
      `${file} is missing, and this database belongs to it: restore it, or set SECRET_KEY.`,
    );
  const key = randomBytes(32).toString('hex');
  sweepPrivateFile(file);
  writePrivateFile(file, `${key}\n`);
  return key;
}

/** Whether no key was ever held against the database. */
export async function hasNoKey(database: Database): Promise<boolean> {
  const keyed = await database.read((db) =>
    db.query(sql`select from installation where secret_key_fingerprint is not null`),
  );
  return keyed.length === 0;
}

/** What the database keeps of a key: enough to know it again, nothing to guess it from. */
export const fingerprintOf = (key: string): string =>
  createHmac('sha256', key).update('switchboard fingerprint').digest('hex').slice(0, 32);

const AT_START = {
  actor: { kind: 'system', id: 'start' },
  address: 'local',
  requestId: 'start',
} as const;

/**
 * Holds the key against the database: a new database takes it over, `new,old` rotates.
 *
 * @param keys the first is the one in force
 * @throws Error when the database belongs to another key
 */
export async function proveSecretKey(database: Database, keys: readonly string[]): Promise<void> {
  const [current, ...older] = keys.map(fingerprintOf);
  // Read first: a lock is a write, whose commit waits for a standby that may be away.
  const known = await database.read((db) =>
    db.query(sql`select from installation where secret_key_fingerprint = ${current}`),
  );
  if (known.length > 0) return;
  const isOurs = await database.write(async (db) => {
    const [row] = await db.query<{ fingerprint: string | null }>(sql`
      select secret_key_fingerprint as fingerprint from installation for update`);
    const before = row?.fingerprint;
    if (before === current) return true;
    if (before && !older.includes(before)) return false;
    await db.query(sql`update installation set secret_key_fingerprint = ${current}`);
    if (before) await record(db, AT_START, { type: 'installation.key_rotated', partnerId: null });
    return true;
  });
  if (!isOurs)
    throw new Error(
      'This database belongs to another SECRET_KEY: start with the right one, or with "new,old" to rotate.',
    );
}
