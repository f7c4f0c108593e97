/** An account as the operator holds and releases it, whoever's it is. */
import type { Refusal } from '@switchboard/contract';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db } from '../../database/database.ts';
import { requireServer } from '../account.ts';
import type { HeldRow } from './held.ts';

export type HeldAccountRow = HeldRow & {
  partner: number;
  account_id: number;
  server: string;
  account_name: string;
  account_status: 0 | 1;
  revision: number;
};

type OfOperator = { refusal(reason: Missing, details?: { message: string }): Refusal };
type Missing = 'server_not_found' | 'account_not_found';

const COLUMNS: Sql = raw(`partner_id as partner, account_id, server, account_name, account_status,
  revision, held_reason, held_at`);

/**
 * The account, locked for the transaction's change: an entry number must be taken under its lock.
 *
 * @returns also the entry number that was in force so far
 * @throws Refusal server_not_found, then account_not_found, also for a deleted one
 */
export async function lockAccount(
  db: Db,
  ctx: OfOperator,
  server: string,
  accountId: number,
): Promise<HeldAccountRow & { entry_number: number }> {
  await requireServer(db, ctx, server);
  const [row] = await db.query<HeldAccountRow & { entry_number: number }>(sql`
    select ${COLUMNS}, entry_number
    from accounts
    where server = ${server} and account_id = ${accountId} and deleted_at is null
    for no key update`);
  if (row) return row;
  throw ctx.refusal('account_not_found', {
    message: 'There is no such account on that server; a deleted one must be restored first.',
  });
}

/** Changes a locked account under the name of an operation, as the trigger of its settings wants. */
export async function changeAs(
  db: Db,
  operation: 'holdAccount' | 'releaseAccount',
  { server, account_id }: HeldAccountRow,
  changes: Sql,
): Promise<HeldAccountRow> {
  await db.query(sql`select set_config('switchboard.operation', ${operation}, true)`);
  const [row] = await db.query<HeldAccountRow>(sql`
    update accounts
    set ${changes}
    where server = ${server} and account_id = ${account_id}
    returning ${COLUMNS}`);
  if (!row) throw new Error(`Account ${account_id} on ${server} is gone under its lock.`);
  return row;
}

export const accountToWire = (row: HeldAccountRow) => ({
  partner: row.partner,
  account_id: row.account_id,
  server: row.server,
  account_name: row.account_name,
  account_status: row.account_status,
  revision: row.revision,
});
