/** What ends a visit of the console, wherever it occurs: nobody is signed in any more. */
import type { QueryClient } from '@tanstack/react-query';
import type { AnyRouter } from '@tanstack/react-router';
import type { AnyFailure } from '../api/client.ts';
import { consoleHomeQuery } from '../api/console-home.ts';

export function endVisit(router: AnyRouter, client: QueryClient, failure: AnyFailure): void {
  const { pathname, href } = router.state.location;
  // The role was changed, the membership ended, the partner was suspended: the frame says so.
  if (authority.has(failure.code)) void client.invalidateQueries(consoleHomeQuery);
  if (!over.has(failure.code)) return;
  if (!/^\/(p|profile)?(\/|$)/.test(pathname)) return;
  const visited = client
    .getQueryCache()
    .getAll()
    .some((query) => query.state.data !== undefined);
  client.removeQueries();
  void router.navigate({
    to: '/sign-in',
    search: pathname === '/' ? {} : { next: href },
    state: visited ? { note: 'signed_out' } : {},
    replace: true,
    ignoreBlocker: true,
  });
}

const over = new Set<string>(['no_session', 'session_missing']);
const authority = new Set<string>(['role_forbidden', 'partner_not_found', 'partner_suspended']);
