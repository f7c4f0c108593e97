/**
 * One change of an account's three settings, from what was sent to what is answered: the same
 * whether it comes alone, among many, or only to be told what it would do.
 */
import {
  type AccountChange,
  type Answer,
  hostOfLink,
  type Refusal,
  type RefusalDetails,
  type RefusalOf,
} from '@switchboard/contract';
import type { Context, Policy } from '../operation.ts';
import type { AccountUpdate, AccountUpdated } from './update-account-statement.ts';

/** Makes the error to throw. */
export type RefuseUpdate = (
  reason: RefusalOf<'updateAccount'>,
  details?: RefusalDetails,
) => Refusal;

type OfCaller = Pick<Context<'updateAccount'>, 'tokenHash' | 'address' | 'requestId' | 'policy'>;

/**
 * What the statement is given.
 *
 * @throws Refusal builder_url_invalid where the installation does not allow the link
 */
export function updateOf(
  input: AccountChange,
  ifMatch: AccountUpdate['ifMatch'],
  { tokenHash, address, requestId, policy }: OfCaller,
  refusal: RefuseUpdate,
): AccountUpdate {
  const problem = builderProblem(input.builder_url, policy);
  if (problem) throw refusal('builder_url_invalid', { parameter: 'builder_url', message: problem });
  return {
    tokenHash,
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
 * @throws Refusal access_token_invalid, server_not_found, account_not_found or revision_mismatch
 */
export function judgedUpdate(
  outcome: Omit<AccountUpdated, 'suspended'>,
  refusal: RefuseUpdate,
): Omit<Answer<'updateAccount'>, 'suspended'> {
  if (!outcome.tokenValid) throw refusal('access_token_invalid');
  if (!outcome.serverKnown) throw refusal('server_not_found');
  const { account } = outcome;
  if (!account) throw refusal('account_not_found');
  if (!outcome.revisionMatches) throw refusal('revision_mismatch', { revision: account.revision });
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
