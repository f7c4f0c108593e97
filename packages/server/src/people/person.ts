/** A person, one per e-mail address: the row, its locks, its generation. */
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../database/database.ts';

export type PersonRow = {
  id: string;
  name: string;
  email: string;
  email_proved_at: Date | null;
  password_hash: string | null;
  generation: number;
  two_factor_enabled: boolean;
  /** An authenticator app is confirmed. */
  has_app: boolean;
  created_at: Date;
  updated_at: Date;
};

/** By the address as it was typed; undefined when there is nobody. */
export const findPersonByEmail = (db: Db, email: string): Promise<PersonRow | undefined> =>
  selectPerson(db, sql`p.email = ${email.toLowerCase()}`);

/** @throws Error when the person is gone: sessions and the like go with them */
export async function loadPerson(db: Db, personId: string): Promise<PersonRow> {
  const person = await selectPerson(db, sql`p.id = ${personId}`);
  if (!person) throw new Error('a person vanished between two statements');
  return person;
}

async function selectPerson(db: Db, where: Sql): Promise<PersonRow | undefined> {
  const [row] = await db.query<PersonRow>(sql`
    select p.id, p.name, p.email, p.email_proved_at, p.password_hash, p.generation,
      p.two_factor_enabled, p.created_at, p.updated_at,
      exists (select from two_factors t where t.person_id = p.id and t.verified) as has_app
    from persons p
    where ${where}`);
  return row;
}

/**
 * The person as they are once the lock is held, for whoever raises the generation and for whoever
 * writes under one: until the transaction ends nobody else does either. Not `for share` for the
 * latter: sharers that overlap without a pause, as the sign-ins of whoever planted a password, keep
 * the owner's reset waiting (of 30 at once: 6 s, in turns 0.5 s).
 */
export async function holdPerson(db: Db, personId: string): Promise<PersonRow> {
  await db.query(sql`select from persons where id = ${personId} for no key update`);
  return loadPerson(db, personId);
}

/**
 * Raises the generation of a person who is held: from here on nothing that was proved before makes
 * a session, a challenge, a password or a factor. Half-done sign-ins and device cookies are over.
 *
 * @returns the new generation
 */
export async function raiseGeneration(db: Db, personId: string): Promise<number> {
  const [row] = await db.query<{ generation: number }>(sql`
    update persons set generation = generation + 1, updated_at = now()
    where id = ${personId}
    returning generation`);
  await db.query(sql`delete from challenges where person_id = ${personId}`);
  await db.query(sql`delete from device_cookies where person_id = ${personId}`);
  return row?.generation ?? 0;
}

/** Sets a held person's password; call `raiseGeneration` with it. */
export async function setPassword(db: Db, personId: string, passwordHash: string): Promise<void> {
  await db.query(sql`
    update persons set password_hash = ${passwordHash}, updated_at = now()
    where id = ${personId}`);
}

/** Takes away every second factor of a held person; call `raiseGeneration` with it. */
export async function removeFactors(db: Db, personId: string): Promise<void> {
  await db.query(sql`delete from two_factors where person_id = ${personId}`);
  await db.query(sql`
    update persons
    set two_factor_enabled = false, two_factor_email = null, updated_at = now()
    where id = ${personId}`);
}

export type NamedPerson = {
  email: string;
  name: string;
  /** Given to a new person only. */
  passwordHash?: string | undefined;
  /** The address that gets a new person's sign-in codes; undefined for no second factor. */
  codesTo?: string | undefined;
};

/** The new person's id; undefined when the address has a person already, who is left as they are. */
export async function createPerson(db: Db, person: NamedPerson): Promise<string | undefined> {
  const [made] = await db.query<{ id: string }>(sql`
    insert into persons (name, email, password_hash, two_factor_enabled, two_factor_email)
    values (${person.name}, ${person.email.toLowerCase()}, ${person.passwordHash ?? null},
            ${person.codesTo !== undefined}, ${person.codesTo ?? null})
    on conflict (email) do nothing
    returning id`);
  return made?.id;
}
