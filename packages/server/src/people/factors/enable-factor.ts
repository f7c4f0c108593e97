/** A second factor is set up: codes by mail at once, an app with its first code. */
import type { identityCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import { atOnce, concludeChange, withPassword } from '../change.ts';
import { seal } from '../keys.ts';
import type { PersonRow } from '../person.ts';
import type { SignedIn, VisitVerb } from '../visit.ts';
import { appUri, newAppSecret } from './app-code.ts';
import { replaceBackupCodes } from './backup-code.ts';

/**
 * An app that was not confirmed yet is replaced; one that was must be taken away first.
 *
 * @throws Failure second_factor_conflict, wrong_password, too_many_failures, too_many_writes,
 *   no_session
 */
export const enableFactor: VisitVerb<typeof identityCalls.enableFactor> = (input, visit) =>
  withPassword(
    visit,
    input.password,
    async (db, person) => {
      if (input.method !== 'otp') return beginApp(db, visit, person);
      if (!person.two_factor_enabled) await enableMailedCodes(db, visit, person);
      return { method: 'otp' as const };
    },
    atOnce,
  );

/** The second factor of a held person is a code by mail from now on. */
export async function enableMailedCodes(db: Db, visit: SignedIn, person: PersonRow): Promise<void> {
  await db.query(sql`
    update persons set two_factor_enabled = true, updated_at = now() where id = ${person.id}`);
  const changes = { second_factor: { from: 'none', to: 'email' } };
  await concludeChange(db, visit, person, changes, { replaces: true });
  visit.letters.safety(person.id, { what: 'factor_added', factor: 'mail' });
}

async function beginApp(db: Db, { keys }: SignedIn, { id, email, generation }: PersonRow) {
  const secret = newAppSecret();
  const made = await db.query(sql`
    insert into two_factors as t (person_id, secret, generation)
    values (${id}, ${seal(keys, id, secret)}, ${generation})
    on conflict (person_id) do update
    set secret = excluded.secret, generation = excluded.generation, created_at = now(),
        last_step = 0
    where not t.verified
    returning person_id`);
  if (made.length === 0) throw new Failure('second_factor_conflict');
  return {
    method: 'totp' as const,
    totpURI: appUri(secret, email),
    backupCodes: await replaceBackupCodes(db, keys, id),
  };
}
