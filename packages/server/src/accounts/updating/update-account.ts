/** The one way to change an account's name, status and builder link: one statement. */
import type { Operation } from '../../operation.ts';
import { judgedUpdate, updateOf } from './account-update.ts';
import { updateAccountStatements } from './update-account-statement.ts';

export const updateAccount: Operation<'updateAccount'> = async (input, ctx) => {
  const update = updateOf(input, ctx.ifMatch, ctx, ctx.refusal);
  const outcome = await ctx.gathered(updateAccountStatements[ctx.caller.kind], update);
  const account = judgedUpdate(outcome, update, ctx.refusal);
  if (!outcome.suspended) return account;
  ctx.cut(account.server, account.account_id);
  return { ...account, suspended: outcome.suspended };
};
