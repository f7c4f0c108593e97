import { readChecks } from '../builder-checks/builder-check.ts';
import type { Operation } from '../operation.ts';
import { loadAccount, settingsToWire } from './account.ts';

export const getAccount: Operation<'getAccount'> = async (input, ctx) => {
  const { row, checkOf } = await ctx.read(async (db) => {
    const row = await loadAccount(db, ctx, input.server, input.account_id);
    return { row, checkOf: await readChecks(db, [row.builder_url]) };
  });
  return {
    ...settingsToWire(row),
    create_time: row.create_time,
    agents: row.seat_limit,
    inboxes: row.inbox_limit,
    reference: row.reference,
    ...checkOf(row.builder_url),
  };
};
