/** Backup codes: ten at a time, each good once, `xxxxx-xxxxx` in letters that nobody confuses. */
import { randomInt } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { codeHmacs, type IdentityKeys, namedCodeHmacs } from '../keys.ts';

const HOW_MANY = 10;
const LENGTH = 10;
// Without 0 o, 1 i l, 2 z, 5 s, u v: 24 letters and digits, 45 bits a code.
const LETTERS = 'abcdefghjkmnpqrtwxy34679';

/** New codes in place of all before. */
export async function replaceBackupCodes(
  db: Db,
  keys: IdentityKeys,
  personId: string,
): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, newCode);
  const hmacs = codes.map((code) => namedCodeHmacs(keys, personId, bare(code))[0]);
  await db.query(sql`delete from backup_codes where person_id = ${personId}`);
  await db.query(sql`
    insert into backup_codes (person_id, code_hmac)
    select ${personId}, unnest(${hmacs}::bytea[])`);
  return codes;
}

/** Uses a code up; whether it was one. Hyphens, spaces and upper case do not matter. */
export async function useBackupCode(
  db: Db,
  keys: IdentityKeys,
  personId: string,
  typed: string,
): Promise<boolean> {
  const code = bare(typed);
  // The first ones were kept without their key's id.
  const hmacs = [...namedCodeHmacs(keys, personId, code), ...codeHmacs(keys, personId, code)];
  const used = await db.query(sql`
    delete from backup_codes
    where person_id = ${personId}
      and code_hmac = any (${hmacs}::bytea[])
    returning person_id`);
  return used.length > 0;
}

function newCode(): string {
  const letters = Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]);
  return `${letters.slice(0, LENGTH / 2).join('')}-${letters.slice(LENGTH / 2).join('')}`;
}

const bare = (code: string): string => code.replace(/[\s-]/g, '').toLowerCase();
