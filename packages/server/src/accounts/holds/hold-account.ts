/** Switches an account off as updateAccount does, and keeps it off until it is released. */
import type { Answer } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { record } from '../../events/event.ts';
import type { Operation } from '../../operation.ts';
import { countCut } from './count-cut.ts';
import { heldToWire } from './held.ts';
import { accountToWire, changeAs, type HeldAccountRow, lockAccount } from './held-account.ts';

/** Held for the same reason already, nothing changes; for another one, the reason alone. */
export const holdAccount: Operation<'holdAccount'> = async (input, ctx) =>
  ctx.write(async (db) => {
    const { server, account_id, reason } = input;
    const before = await lockAccount(db, ctx, server, account_id);
    if (before.held_reason === reason) return toWire(before);

    const wasOn = before.account_status === 1;
    const held = sql`held_reason = ${reason}, held_at = coalesce(held_at, clock_timestamp())`;
    const off = sql`account_status = 0, revision = revision + 1,
      entry_number = nextval('entry_numbers')`;
    const changes = wasOn ? sql`${off}, ${held}` : held;
    const after = await changeAs(db, 'holdAccount', before, changes);
    await record(db, ctx, {
      type: wasOn ? 'account.suspended' : 'account.held',
      partnerId: before.partner,
      account: { server, accountId: account_id },
      changes: {
        ...(wasOn && { account_status: { from: 1, to: 0 } }),
        held: { from: before.held_reason, to: reason },
      },
    });
    const answer = toWire(after);
    if (!wasOn) return answer;
    ctx.cut(server, account_id);
    const counted = await countCut(db, before);
    return { ...answer, suspended: { ...counted, at: answer.held.since } };
  });

const toWire = (row: HeldAccountRow): Answer<'holdAccount'> => {
  const { held } = heldToWire(row);
  if (!held) throw new Error('An account that was just held is not.');
  return { ...accountToWire(row), held };
};
