/** Ends a hold. The account stays off; whoever may switch it on decides when. */
import sql from 'sql-template-tag';
import { record } from '../../events/event.ts';
import type { Operation } from '../../operation.ts';
import { accountToWire, changeAs, lockAccount } from './held-account.ts';

/** One that is not held is answered as it is, and nothing is recorded. */
export const releaseAccount: Operation<'releaseAccount'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { server, account_id } = input;
    const before = await lockAccount(db, ctx, server, account_id);
    if (before.held_reason === null) return accountToWire(before);
    const none = sql`held_reason = null, held_at = null`;
    const after = await changeAs(db, 'releaseAccount', before, none);
    await record(db, ctx, {
      type: 'account.released',
      partnerId: before.partner,
      account: { server, accountId: account_id },
      changes: { held: { from: before.held_reason, to: null } },
    });
    return accountToWire(after);
  });
