/** The row of an authenticator app: locked, read, and its codes taken. */
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { type IdentityKeys, unseal } from '../keys.ts';
import { stepOf } from './app-code.ts';

export type AppRow = { verified: boolean; generation: number; secret: string; last_step: number };

/**
 * The app of a person who is held, locked; undefined where there is none.
 *
 * @throws Failure second_factor_conflict when its secret cannot be read: the key is gone
 */
export async function holdApp(
  db: Db,
  keys: IdentityKeys,
  personId: string,
): Promise<AppRow | undefined> {
  const [row] = await db.query<Omit<AppRow, 'secret'> & { secret: Buffer }>(sql`
    select verified, generation, secret, last_step from two_factors
    where person_id = ${personId}
    for update`);
  if (!row) return undefined;
  const secret = unseal(keys, personId, row.secret);
  if (secret === undefined) throw new Failure('second_factor_conflict');
  return { ...row, secret };
}

/** Takes a code of a confirmed app, once: whether it was right and not taken before. */
export async function takeAppCode(
  db: Db,
  personId: string,
  app: AppRow,
  code: string,
): Promise<boolean> {
  const step = await stepOf(db, app.secret, code, app.last_step);
  if (step === undefined) return false;
  await db.query(sql`
    update two_factors set last_step = ${step} where person_id = ${personId}`);
  return true;
}
