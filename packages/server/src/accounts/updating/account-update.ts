/**
 * One change of an account's three settings, from what was sent to what is answered: the same
 * whether it comes alone, among many, or only to be told what it would do.
 */
import {
  type AccountChange,
  type Answer,
  hostOfLink,
  Refusal,
  type RefusalDetails,
  type RefusalOf,
} from '@switchboard/contract';
import type { Context, Policy } from '../../operation.ts';
import { heldMessage } from '../holds/held.ts';
import type { AccountUpdate, AccountUpdated } from './update-account-statement.ts';

/** Makes the error to throw. */
export type RefuseUpdate = (
  reason: RefusalOf<'updateAccount'>,
  details?: RefusalDetails,
) => Refusal;

type OfCaller = Pick<Context<'updateAccount'>, 'caller' | 'address' | 'requestId' | 'policy'>;

/**
 * What the statement is given.
 *
 * @throws Refusal builder_url_invalid where the installation does not allow the link
 */
export function updateOf(
  input: AccountChange,
  ifMatch: AccountUpdate['ifMatch'],
  { caller, address, requestId, policy }: OfCaller,
  refusal: RefuseUpdate,
): AccountUpdate {
  const problem = builderProblem(input.builder_url, policy);
  if (problem) throw refusal('builder_url_invalid', { parameter: 'builder_url', message: problem });
  return {
    caller,
    server: input.server,
    accountId: input.account_id,
    accountName: input.account_name,
    accountStatus: input.account_status,
    statusReason: input.status_reason,
    builderUrl: input.builder_url,
    ifMatch,
    address,
    requestId,
  };
}

/**
 * The account's settings, if the statement found nothing to refuse.
 *
 * @throws Refusal access_token_invalid (of a member session_missing), server_not_found,
 *   account_not_found, revision_mismatch or account_held
 */
export function judgedUpdate(
  outcome: Omit<AccountUpdated, 'suspended'>,
  { caller, accountStatus }: Pick<AccountUpdate, 'caller' | 'accountStatus'>,
  refusal: RefuseUpdate,
): Omit<Answer<'updateAccount'>, 'suspended'> {
  if (!outcome.mayCall)
    throw caller.kind === 'member'
      ? new Refusal('session_missing')
      : refusal('access_token_invalid');
  if (!outcome.serverKnown) throw refusal('server_not_found');
  const { account } = outcome;
  if (!account) throw refusal('account_not_found');
  if (!outcome.revisionMatches) throw refusal('revision_mismatch', { revision: account.revision });
  if (account.held && accountStatus === 1)
    throw refusal('account_held', { message: heldMessage(account.held) });
  return account;
}

function builderProblem(url: string | undefined, policy: Policy): string | undefined {
  if (!url) return undefined;
  const host = hostOfLink(url)?.toLowerCase() ?? '';
  if (/^http:/i.test(url) && !policy.builderHttpHosts.includes(host))
    return 'builder_url must begin with https://; this host is not allowed over http.';
  if (policy.builderHosts.length > 0 && !policy.builderHosts.includes(host))
    return `builder_url must name an allowed host: ${policy.builderHosts.join(', ')}.`;
  return undefined;
}
