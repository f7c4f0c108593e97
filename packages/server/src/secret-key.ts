/** The installation's secret key, and the proof that this database belongs to it. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import type { Database } from './database/database.ts';
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

/**
 * Holds the key against the database: a new database takes it over, `new,old` rotates.
 *
 * @param keys the first is the one in force
 * @throws Error when the database belongs to another key
 */
export async function proveSecretKey(database: Database, keys: readonly string[]): Promise<void> {
  const [current, ...older] = keys.map(fingerprintOf);
  const [row] = await database.write((db) =>
    db.query<{ secret_key_fingerprint: string }>(sql`
      update installation
      set secret_key_fingerprint = case
        when secret_key_fingerprint is null or secret_key_fingerprint = any (${older})
        then ${current} else secret_key_fingerprint end
      returning secret_key_fingerprint`),
  );
  if (row?.secret_key_fingerprint !== current)
    throw new Error(
      'This database belongs to another SECRET_KEY: start with the right one, or with "new,old" to rotate.',
    );
}
