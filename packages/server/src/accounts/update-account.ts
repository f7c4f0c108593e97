/** The one way to change an account's name, status and builder link: one statement. */
import { hostOfLink, Refusal } from '@switchboard/contract';
import type { Context, Operation, Policy } from '../operation.ts';
import { heldMessage } from './holds/held.ts';
import { updateAccountStatement } from './update-account-statement.ts';

export const updateAccount: Operation<'updateAccount'> = async (input, ctx) => {
  const problem = builderProblem(input.builder_url, ctx.policy);
  if (problem)
    throw ctx.refusal('builder_url_invalid', { parameter: 'builder_url', message: problem });

  const outcome = await ctx.gathered(updateAccountStatement, {
    caller: ctx.caller,
    server: input.server,
    accountId: input.account_id,
    accountName: input.account_name,
    accountStatus: input.account_status,
    statusReason: input.status_reason,
    builderUrl: input.builder_url,
    ifMatch: ctx.ifMatch,
    address: ctx.address,
    requestId: ctx.requestId,
  });

  if (!outcome.mayCall) throw lost(ctx);
  if (!outcome.serverKnown) throw ctx.refusal('server_not_found');
  const { account } = outcome;
  if (!account) throw ctx.refusal('account_not_found');
  if (!outcome.revisionMatches)
    throw ctx.refusal('revision_mismatch', { revision: account.revision });
  if (outcome.holdRefuses && account.held)
    throw ctx.refusal('account_held', { message: heldMessage(account.held) });
  if (!outcome.suspended) return account;
  ctx.cut(account.server, account.account_id);
  return { ...account, suspended: outcome.suspended };
};

/** In the words of whoever calls. */
const lost = (ctx: Context<'updateAccount'>): Refusal =>
  ctx.caller.kind === 'member'
    ? new Refusal('session_missing')
    : ctx.refusal('access_token_invalid');

function builderProblem(url: string | undefined, policy: Policy): string | undefined {
  if (!url) return undefined;
  const host = hostOfLink(url)?.toLowerCase() ?? '';
  if (/^http:/i.test(url) && !policy.builderHttpHosts.includes(host))
    return 'builder_url must begin with https://; this host is not allowed over http.';
  if (policy.builderHosts.length > 0 && !policy.builderHosts.includes(host))
    return `builder_url must name an allowed host: ${policy.builderHosts.join(', ')}.`;
  return undefined;
}
