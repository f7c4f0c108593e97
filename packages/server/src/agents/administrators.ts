/** The addresses by which a partner finds an account: `accounts.administrators`. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';

/** An agent of the held account came, went, opened, or got another role. */
export async function keepAdministrators(db: Db, server: string, accountId: number): Promise<void> {
  await db.query(sql`
    update accounts a
    set administrators = administrators_of(a.server, a.account_id)
    where a.server = ${server} and a.account_id = ${accountId} and a.erased_at is null
      and a.administrators <> administrators_of(a.server, a.account_id)`);
}

/** The same of all accounts of a person: those where their membership changed are held. */
export async function keepAdministratorsBeside(db: Db, personId: string): Promise<void> {
  await db.query(sql`
    update accounts a
    set administrators = administrators_of(a.server, a.account_id)
    from agents g
    where g.person_id = ${personId} and g.role = 'administrator'
      and a.server = g.server and a.account_id = g.account_id and a.erased_at is null
      and a.administrators <> administrators_of(a.server, a.account_id)`);
}
