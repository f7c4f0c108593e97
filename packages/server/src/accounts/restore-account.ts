/** Brings a deleted account back, within 30 days; no session comes back with it. */
import sql from 'sql-template-tag';
import { record } from '../events/event.ts';
import type { Operation } from '../operation.ts';
import { type HeldRow, heldToWire } from './holds/held.ts';

type Restored = HeldRow & { partner_id: number; account_name: string; account_status: 0 | 1 };

export const restoreAccount: Operation<'restoreAccount'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { server, account_id } = input;
    const [known] = await db.query(sql`select from servers where name = ${server}`);
    if (!known) throw ctx.refusal('server_not_found');
    // The lock first: the entry number must be taken under it.
    await db.query(sql`
      select from accounts
      where server = ${server} and account_id = ${account_id}
      for no key update`);
    const [account] = await db.query<Restored>(sql`
      update accounts
      set deleted_at = null, entry_number = nextval('entry_numbers')
      where server = ${server} and account_id = ${account_id}
        and deleted_at > now() - interval '30 days' and erased_at is null
      returning partner_id, account_name, account_status, held_reason, held_at`);
    if (!account) throw ctx.refusal('account_not_deleted');
    await record(db, ctx, {
      type: 'account.restored',
      partnerId: account.partner_id,
      account: { server, accountId: account_id },
    });
    const { account_name, account_status } = account;
    return { account_id, server, account_name, account_status, ...heldToWire(account) };
  });
