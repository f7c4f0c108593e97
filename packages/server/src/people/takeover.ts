/**
 * A mailed link proves that somebody holds an address. Until then whoever first named the address
 * may know its password and second factor, so proving it drops both (`entry.md`, People).
 */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/**
 * Marks the person's address as proved. The first time, second factors, sessions and everything
 * half-done (reset tokens, sign-ins, trusted devices) are dropped; the caller sets a new password
 * in the same transaction or did just before.
 *
 * @returns whether this was the first proof
 */
export async function proveAddress(db: Db, personId: string): Promise<boolean> {
  const proved = await db.query(sql`
    update persons
    set email_proved_at = now(), two_factor_enabled = false, two_factor_email = null,
        updated_at = now()
    where id = ${personId} and email_proved_at is null
    returning id`);
  if (proved.length === 0) return false;
  await db.query(sql`delete from two_factors where person_id = ${personId}`);
  await db.query(sql`delete from sessions where person_id = ${personId}`);
  await db.query(sql`delete from verifications where value = ${personId}`);
  return true;
}

/** Sets the password; a person without one gets the row that holds it. */
export async function setPassword(db: Db, personId: string, passwordHash: string): Promise<void> {
  await db.query(sql`
    insert into identities (person_id, provider, subject, password)
    values (${personId}, 'credential', ${personId}, ${passwordHash})
    on conflict (provider, subject) do update
    set password = excluded.password, updated_at = now()`);
}
