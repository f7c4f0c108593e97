/** Whether somebody whose password is right may sign in here (`entry.md`, The gate). */
import type { SupportContact } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { Failure } from '../failure.ts';
import type { Realm } from './session.ts';

/**
 * Admits to a server whoever has an account there that is on, or waits to be accepted; to the
 * console whoever works for a partner that is not suspended. Deleted accounts do not exist.
 *
 * @param addressOf where a server's online is
 * @throws Failure account_disabled, other_server or no_account; at the console not_a_member or
 *   partner_suspended
 */
export async function requireAdmission(
  db: Db,
  personId: string,
  realm: Realm,
  addressOf: (server: string) => string,
): Promise<void> {
  if (realm === 'console') return requireMembership(db, personId);
  const accounts = await listAccounts(db, personId);
  const here = accounts.filter(({ server }) => realm === `server:${server}`);
  if (here.some(({ state, account_status }) => state === 'waiting' || account_status === 1)) return;
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
  account_status: 0 | 1;
  state: 'open' | 'waiting';
  support: SupportContact;
};

const listAccounts = (db: Db, personId: string): Promise<AccountRow[]> =>
  db.query<AccountRow>(sql`
    select a.server, a.account_name, a.account_status, g.state,
      json_build_object('name', p.support_name, 'url', p.support_url, 'email', p.support_email)
        as support
    from agents g
    join accounts a on a.server = g.server and a.account_id = g.account_id
    join partners p on p.partner_id = a.partner_id
    where g.person_id = ${personId} and a.deleted_at is null
    order by a.server, a.account_id`);

async function requireMembership(db: Db, personId: string): Promise<void> {
  const partners = await db.query<{ suspended: boolean }>(sql`
    select p.suspended_at is not null as suspended
    from members m
    join partners p on p.partner_id = m.partner_id
    where m.person_id = ${personId} and m.state = 'open'`);
  if (partners.some(({ suspended }) => !suspended)) return;
  throw new Failure(partners.length > 0 ? 'partner_suspended' : 'not_a_member');
}
