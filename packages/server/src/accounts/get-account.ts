import type { Operation } from '../operation.ts';
import { loadAccount, settingsToWire } from './account.ts';

export const getAccount: Operation<'getAccount'> = async (input, ctx) => {
  const row = await ctx.read((db) => loadAccount(db, ctx, input.server, input.account_id));
  return {
    ...settingsToWire(row),
    create_time: row.create_time,
    agents: row.seat_limit,
    inboxes: row.inbox_limit,
    reference: row.reference,
  };
};
