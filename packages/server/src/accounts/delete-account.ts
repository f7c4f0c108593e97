/** Cuts like switching off; the operator can restore the account for 30 days. */
import sql from 'sql-template-tag';
import type { Db } from '../database/database.ts';
import { record } from '../events/event.ts';
import type { Context, Operation } from '../operation.ts';
import { loadAccount } from './account.ts';

export const deleteAccount: Operation<'deleteAccount'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const accountId = input.accountID;
    const server = input.server ?? (await onlyServer(db, ctx, accountId));
    await lockAccount(db, ctx.partnerId, server, accountId);
    const account = await loadAccount(db, ctx, server, accountId);
    if (ctx.ifMatch && ctx.ifMatch !== '*' && !ctx.ifMatch.includes(account.revision))
      throw ctx.refusal('revision_mismatch', { revision: account.revision });
    await db.query(sql`
      update accounts
      set deleted_at = now(), entry_number = nextval('entry_numbers')
      where server = ${server} and account_id = ${accountId} and partner_id = ${ctx.partnerId}`);
    await record(db, ctx, {
      type: 'account.deleted',
      partnerId: ctx.partnerId,
      account: { server, accountId },
    });
    ctx.cut(server, accountId);
    return { accountID: accountId, server };
  });

/** The entry number must be taken after the lock is held (docs/entering.md). */
async function lockAccount(db: Db, partnerId: number, server: string, accountId: number) {
  await db.query(sql`
    select from accounts
    where server = ${server} and account_id = ${accountId} and partner_id = ${partnerId}
    for no key update`);
}

/** The main server, unless the number alone does not say which account is meant. */
async function onlyServer(
  db: Db,
  ctx: Context<'deleteAccount'>,
  accountId: number,
): Promise<string> {
  const [row] = await db.query<{ main: string | null; accounts: number }>(sql`
    select (select name from servers where is_main) as main, count(*) as accounts
    from accounts
    where partner_id = ${ctx.partnerId} and account_id = ${accountId} and deleted_at is null`);
  if (row && row.accounts > 1)
    throw ctx.refusal('server_invalid', {
      parameter: 'server',
      message: `server is missing; you have account ${accountId} on ${row.accounts} servers.`,
    });
  if (!row?.main) throw ctx.refusal('server_not_found');
  return row.main;
}
