/** The list of accounts as the address asks for it. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type ConsoleAnswer, type ConsoleSent, consoleQuery } from '../../api/console.ts';
import type { AccountsSearch } from './accounts-search.ts';

type Route = 'GET online/getAccounts';

export const PAGE = 50;

export type AccountListed = ConsoleAnswer<Route>['list'][number];

const statuses = { active: 'active', disabled: 'suspended' } as const;

export function accountsQuery(partner: number, search: AccountsSearch) {
  const { q, status, server, builder, entered, sort, cursor } = search;
  const asked: ConsoleSent<Route> = {
    limit: PAGE,
    ...(q ? { q: q.trim() } : {}),
    ...(status ? { account_status: statuses[status] } : {}),
    ...(server ? { server } : {}),
    ...(builder ? { builder } : {}),
    ...(entered ? { entered } : {}),
    ...(sort ? { sort } : {}),
    ...(cursor ? { cursor } : {}),
  };
  const query = consoleQuery(partner, 'GET online/getAccounts', asked);
  return queryOptions({ ...query, placeholderData: keepPreviousData });
}
