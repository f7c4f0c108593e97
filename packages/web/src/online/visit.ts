/** What ends a visit, wherever it occurs: no session any more, a cut, a disabled account. */
import type { QueryClient } from '@tanstack/react-query';
import type { AnyRouter } from '@tanstack/react-router';
import type { AnyFailure } from '../api/client.ts';
import { ApiFailure } from '../api/request.ts';
import { type ClosedAccount, closedQuery, workspaceQuery } from '../api/workspace.ts';

export function endVisit(router: AnyRouter, client: QueryClient, failure: AnyFailure): void {
  if (!(failure instanceof ApiFailure)) return;
  const { pathname, href } = router.state.location;
  const accountId = Number(/^\/accounts\/(\d+)/.exec(pathname)?.[1] ?? 0);
  if (failure.code === 'account_disabled' && accountId) {
    const { accountName: account_name = '', support } = failure;
    const closed: ClosedAccount = { account_name, support };
    client.setQueryData(closedQuery(accountId).queryKey, closed);
    return;
  }
  // Made an agent meanwhile: the pages turn read-only.
  if (failure.code === 'administrators_only')
    void client.invalidateQueries(workspaceQuery(accountId));
  if (failure.code !== 'no_session' && failure.code !== 'sign_in_again') return;
  if (!/^\/(accounts|profile)?(\/|$)/.test(pathname)) return;
  const visited = client
    .getQueryCache()
    .getAll()
    .some((query) => query.state.data !== undefined);
  const signedOut = visited ? ('signed_out' as const) : undefined;
  const note = failure.code === 'sign_in_again' ? 'sign_in_again' : signedOut;
  client.removeQueries();
  void router.navigate({
    to: '/sign-in',
    search: pathname === '/' ? {} : { next: href },
    state: note ? { note } : {},
    replace: true,
    ignoreBlocker: true,
  });
}
