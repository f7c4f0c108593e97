/** How a sign-in can end before its last step. */
import { ApiFailure } from '../api/request.ts';

/** Nothing that the person may enter here is on. */
export const isClosed = (failure: Error | null): failure is ApiFailure =>
  failure instanceof ApiFailure && failure.code === 'account_disabled';

/** The note that tells why it begins anew: it took too long, or an account was off meanwhile. */
export function signInOver(
  failure: Error | null,
): 'challenge_expired' | 'sign_in_again' | undefined {
  if (!(failure instanceof ApiFailure)) return undefined;
  const { code } = failure;
  return code === 'challenge_expired' || code === 'sign_in_again' ? code : undefined;
}
