/**
 * A code of an authenticator app is taken once (RFC 6238, 5.2): whoever looks over a shoulder has
 * half a minute otherwise. The library does not keep track.
 */
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { Failure } from '../failure.ts';
import { sha256 } from '../partners/access-token.ts';

/**
 * Runs `work` with a code that nobody may use again once it has worked, also not at the same time.
 *
 * @throws Failure wrong_code for a code that was taken; whatever `work` throws
 */
export async function withCodeOnce<T>(
  database: Database,
  personId: string,
  code: string,
  work: () => Promise<T>,
): Promise<T> {
  const hash = sha256(`${personId}:${code}`);
  const taken = await database.write((db) =>
    db.query(sql`
      insert into used_codes (code_hash) values (${hash})
      on conflict do nothing
      returning used_at`),
  );
  if (taken.length === 0) throw new Failure('wrong_code');
  try {
    return await work();
  } catch (error) {
    await database.write((db) => db.query(sql`delete from used_codes where code_hash = ${hash}`));
    throw error;
  }
}
