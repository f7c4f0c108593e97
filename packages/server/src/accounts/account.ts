/** The account: its row, load-or-refuse, wire forms and plain reads. */
import type { Refusal } from '@switchboard/contract';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { WithCheck } from '../builder-checks/builder-check.ts';
import type { Db } from '../database/database.ts';
import { type HeldRow, heldToWire } from './holds/held.ts';

export type AccountRow = {
  server: string;
  account_id: number;
  account_name: string;
  account_status: 0 | 1;
  builder_url: string;
  revision: number;
  seat_limit: number;
  inbox_limit: number;
  reference: string;
  /** Unix time in seconds. */
  create_time: number;
} & HeldRow;

export const ACCOUNT_COLUMNS: Sql = raw(`
  a.server, a.account_id, a.account_name, a.account_status, a.builder_url, a.revision,
  a.seat_limit, a.inbox_limit, a.reference, a.held_reason, a.held_at,
  extract(epoch from a.created_at)::bigint as create_time`);

type OfAccount = {
  partnerId: number;
  refusal(reason: 'server_not_found' | 'account_not_found'): Refusal;
};

/**
 * The partner's account. Somebody else's, a deleted and a missing one are the same.
 *
 * @throws Refusal server_not_found, then account_not_found
 */
export async function loadAccount(
  db: Db,
  ctx: OfAccount,
  server: string,
  accountId: number,
): Promise<AccountRow> {
  const [row] = await db.query<AccountRow & { found: boolean }>(sql`
    select a.account_id is not null as found, ${ACCOUNT_COLUMNS}
    from servers s
    left join accounts a
      on a.server = s.name and a.account_id = ${accountId}
      and a.partner_id = ${ctx.partnerId} and a.deleted_at is null
    where s.name = ${server}`);
  if (!row) throw ctx.refusal('server_not_found');
  if (!row.found) throw ctx.refusal('account_not_found');
  return row;
}

/**
 * The server that is meant when none is named.
 *
 * @throws Refusal server_not_found before the first server is registered
 */
export async function mainServer(
  db: Db,
  ctx: { refusal(reason: 'server_not_found'): Refusal },
): Promise<string> {
  const [row] = await db.query<{ name: string }>(sql`select name from servers where is_main`);
  if (!row) throw ctx.refusal('server_not_found');
  return row.name;
}

/** @throws Refusal server_not_found */
export async function requireServer(
  db: Db,
  ctx: { refusal(reason: 'server_not_found'): Refusal },
  server: string,
): Promise<void> {
  const found = await db.query(sql`select from servers where name = ${server}`);
  if (found.length === 0) throw ctx.refusal('server_not_found');
}

/** The three settings and their revision, as updateAccount and getAccount answer them. */
export function settingsToWire(row: AccountRow) {
  return {
    account_id: row.account_id,
    server: row.server,
    account_name: row.account_name,
    account_status: row.account_status,
    builder_url: row.builder_url,
    revision: row.revision,
    ...heldToWire(row),
  };
}

/** A row of getAccounts, with the types of the source family: number as string, status as word. */
export function listedToWire(row: AccountRow, check: WithCheck) {
  return {
    create_time: row.create_time,
    account_name: row.account_name,
    account_id: String(row.account_id),
    server: row.server,
    account_status: row.account_status === 1 ? ('active' as const) : ('suspended' as const),
    reference: row.reference,
    builder_url: row.builder_url,
    revision: row.revision,
    ...heldToWire(row),
    ...check,
  };
}
