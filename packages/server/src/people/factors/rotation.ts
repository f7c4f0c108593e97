/**
 * What of second factors is under an older SECRET_KEY: `new,old` reads it, `new` alone would not.
 * Secrets of apps are sealed anew; of backup codes only HMACs are kept, which nobody can renew.
 */
import sql from 'sql-template-tag';
import type { Database } from '../../database/database.ts';
import { codesKeyId, type IdentityKeys, keyIdOf, seal, unseal } from '../keys.ts';

const APPS_AT_ONCE = 200;
// Below every person's id.
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Seals the secrets of all apps under the first key; answers how many no key can read. */
export async function resealApps(database: Database, keys: IdentityKeys): Promise<number> {
  const current = keyIdOf(keys);
  let unreadable = 0;
  for (let after: string | undefined = NOBODY; after !== undefined; ) {
    const rows: { person_id: string; secret: Buffer }[] = await database.read((db) =>
      db.query(sql`
        select person_id, secret from two_factors
        where person_id > ${after} and substring(secret for 8) <> ${current}
        order by person_id
        limit ${APPS_AT_ONCE}`),
    );
    for (const { person_id, secret } of rows) {
      const text = unseal(keys, person_id, secret);
      if (text === undefined) unreadable += 1;
      // A person may set up another app meanwhile.
      else
        await database.write((db) =>
          db.query(sql`
            update two_factors set secret = ${seal(keys, person_id, text)}
            where person_id = ${person_id} and secret = ${secret}`),
        );
    }
    after = rows.at(-1)?.person_id;
  }
  return unreadable;
}

/** How many apps the first key cannot read: the person of each can no more sign in with theirs. */
export async function countOlderApps(database: Database, keys: IdentityKeys): Promise<number> {
  const [row] = await database.read((db) =>
    db.query<{ apps: number }>(sql`
      select count(*) as apps from two_factors
      where substring(secret for 8) <> ${keyIdOf(keys)}`),
  );
  return row?.apps ?? 0;
}

/** How many people have backup codes that the first key does not know. */
export async function countOlderBackupCodes(
  database: Database,
  keys: IdentityKeys,
): Promise<number> {
  const [row] = await database.read((db) =>
    db.query<{ people: number }>(sql`
      select count(distinct person_id) as people from backup_codes
      where length(code_hmac) = 32 or substring(code_hmac for 8) <> ${codesKeyId(keys)}`),
  );
  return row?.people ?? 0;
}
