/** The calls of one account's page. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type ConsoleAnswer,
  consoleCall,
  consoleKey,
  consoleQuery,
  partnerKey,
} from '../../api/console.ts';
import { ConsoleRefusal } from '../../api/console-refusal.ts';
import { useMember } from '../member.ts';

/** Which account, as the calls name it. */
export type AccountKey = { account_id: number; server: string };

export type Account = ConsoleAnswer<'GET online/getAccount'>;
export type Settings = Pick<Account, 'account_name' | 'account_status' | 'builder_url'>;
export type Changed = ConsoleAnswer<'POST online/updateAccount'>;

export const accountQuery = (partner: number, { account_id, server }: AccountKey) =>
  consoleQuery(partner, 'GET online/getAccount', { account_id, server });

export const agentsQuery = (partner: number, { account_id, server }: AccountKey) =>
  consoleQuery(partner, 'POST online/getAgents', { accountID: account_id, server });

// Who signs out is told by no event of the account.
const SIGNED_IN_EVERY_MS = 30_000;
const ACTIVITY_PAGE = 20;

export const signedInQuery = (partner: number, { account_id, server }: AccountKey) =>
  queryOptions({
    ...consoleQuery(partner, 'GET online/getSignedIn', { account_id, server }),
    refetchInterval: SIGNED_IN_EVERY_MS,
  });

export type Entry = ConsoleAnswer<'GET online/getActivity'>['list'][number];

export const activityQuery = (partner: number, { account_id, server }: AccountKey) => {
  const sent = { account_id, server, limit: ACTIVITY_PAGE };
  return infiniteQueryOptions({
    queryKey: [...consoleKey(partner, 'GET online/getActivity'), sent, 'pages'],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam ? { cursor: pageParam } : {};
      return consoleCall(partner, 'GET online/getActivity', { ...sent, ...page }, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
};

/** The latest events of the account itself: among them when it was last switched off. */
export const lastSwitchesQuery = (partner: number, { account_id, server }: AccountKey) =>
  consoleQuery(partner, 'GET online/getActivity', {
    ...{ account_id, server, kind: 'account' as const, limit: 200 },
  });

export type Change = Partial<Settings> & { status_reason?: string };

/**
 * Changes the account if it still has a revision; what it is then is what every page shows. Of an
 * account that has changed meanwhile the page reads what it is now before it is told.
 */
export function useAccountChange(account: AccountKey) {
  const { partner } = useMember();
  const client = useQueryClient();
  const { account_id, server } = account;
  const { queryKey } = accountQuery(partner, account);
  return useMutation({
    mutationFn: async ({ change, revision }: { change: Change; revision: number }) => {
      let requestId = '';
      const sent = { account_id, server, ...change };
      const changed = await consoleCall(partner, 'POST online/updateAccount', sent, {
        ifMatch: revision,
        heard: (id) => {
          requestId = id;
        },
      });
      return { changed, requestId };
    },
    onSuccess: ({ changed: { suspended, ...settings } }) => {
      client.setQueryData(queryKey, (known) => known && { ...known, held: undefined, ...settings });
      void client.invalidateQueries({ queryKey: partnerKey(partner) });
    },
    onError: async (failure) => {
      if (isStale(failure)) await client.invalidateQueries({ queryKey });
    },
  });
}

/** Whether it was refused because the account is not as it was read. */
export const isStale = (failure: Error | null): boolean =>
  failure instanceof ConsoleRefusal && staleCodes.has(failure.code);
const staleCodes = new Set<string>(['revision_mismatch', 'account_held']);

/** What switching off would cut: asked, and nothing done. */
export const dryRunQuery = (partner: number, { account_id, server }: AccountKey) =>
  queryOptions({
    queryKey: [...consoleKey(partner, 'POST online/updateAccounts'), { account_id, server }],
    queryFn: async ({ signal }) => {
      const changes = [{ account_id, server, account_status: 0 as const }];
      const sent = { changes, dry_run: 1 as const };
      const route = 'POST online/updateAccounts';
      const { list } = await consoleCall(partner, route, sent, { signal });
      return list[0]?.would_end ?? null;
    },
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
