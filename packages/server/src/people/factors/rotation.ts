/**
 * What of second factors is under an older SECRET_KEY: `new,old` reads it, `new` alone would not.
 * Secrets of apps are sealed anew; of backup codes only HMACs are kept, which nobody can renew.
 */
import sql from 'sql-template-tag';
import type { Database } from '../../database/database.ts';
import type { SealedColumn } from '../../database/sealed-column.ts';
import { codesKeyId, type IdentityKeys } from '../keys.ts';

/** The secrets of authenticator apps; a person whose key is gone can no more sign in with theirs. */
export const sealedApps = ({ factors }: IdentityKeys): SealedColumn<string> => ({
  ...{ table: 'two_factors', id: 'person_id', column: 'secret', keys: factors },
  below: '00000000-0000-0000-0000-000000000000',
  ownerOf: (personId) => personId,
});

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
