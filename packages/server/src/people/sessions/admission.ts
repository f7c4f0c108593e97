/** Whether somebody whose password is right may sign in here (docs/entering.md, One gate). */
import type { SupportContact } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { Failure } from '../../failure.ts';
import type { Realm } from './session.ts';

/** A sign-in on its way: whose, where, and its number, drawn when it began. */
export type Arrival = { personId: string; realm: Realm; number: number };

/**
 * Admits to a server whoever has an account there that is on since before the sign-in began, or
 * waits to be accepted; to the console whoever works for a partner in force since then. Every step
 * of a sign-in asks again. Deleted accounts do not exist.
 *
 * @param addressOf where a server's online is
 * @throws Failure account_disabled, sign_in_again, other_server or no_account; at the console
 *   not_a_member, partner_suspended or sign_in_again
 */
export async function requireAdmission(
  db: Db,
  { personId, realm, number }: Arrival,
  addressOf: (server: string) => string,
): Promise<void> {
  if (realm === 'console') return requireMembership(db, personId, number);
  const accounts = await listAccounts(db, personId, number);
  const here = accounts.filter(({ server }) => realm === `server:${server}`);
  if (here.some(({ state, is_on, is_older }) => state === 'waiting' || (is_on && is_older))) return;
  if (here.some(({ is_on }) => is_on)) throw new Failure('sign_in_again');
  const [disabled, ...more] = here;
  if (disabled)
    throw new Failure('account_disabled', {
      ...(more.length === 0 && { account_name: disabled.account_name }),
      support: disabled.support,
    });
  const servers = new Set(accounts.map(({ server }) => server));
  if (servers.size === 0) throw new Failure('no_account');
  throw new Failure('other_server', { addresses: [...servers].map(addressOf) });
}

type AccountRow = {
  server: string;
  account_name: string;
  is_on: boolean;
  /** It was switched on before the sign-in began. */
  is_older: boolean;
  state: 'open' | 'waiting';
  support: SupportContact;
};

const listAccounts = (db: Db, personId: string, number: number): Promise<AccountRow[]> =>
  db.query<AccountRow>(sql`
    select a.server, a.account_name, a.account_status = 1 as is_on,
      a.entry_number < ${number} as is_older, g.state,
      json_build_object('name', p.support_name, 'url', p.support_url, 'email', p.support_email)
        as support
    from agents g
    join accounts a on a.server = g.server and a.account_id = g.account_id
    join partners p on p.partner_id = a.partner_id
    where g.person_id = ${personId} and a.deleted_at is null
    order by a.server, a.account_id`);

async function requireMembership(db: Db, personId: string, number: number): Promise<void> {
  const partners = await db.query<{ suspended: boolean; is_older: boolean }>(sql`
    select p.suspended_at is not null as suspended, p.entry_number < ${number} as is_older
    from members m
    join partners p on p.partner_id = m.partner_id
    where m.person_id = ${personId} and m.state = 'open'`);
  if (partners.some(({ suspended, is_older }) => !suspended && is_older)) return;
  if (partners.some(({ suspended }) => !suspended)) throw new Failure('sign_in_again');
  throw new Failure(partners.length > 0 ? 'partner_suspended' : 'not_a_member');
}
