/** The list of accounts as the address asks for it. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type ConsoleAnswer, type ConsoleSent, consoleQuery } from '../../api/console.ts';
import type { AccountsSearch } from './accounts-search.ts';

type Route = 'GET online/getAccounts';

export const PAGE = 50;

/** A row, with what not every version of the list tells. */
export type AccountListed = ConsoleAnswer<Route>['list'][number] & {
  /** Seats. */
  agents?: number;
  changed?: number | string | null;
  held?: { reason: string } | undefined;
};

const statuses = { active: 'active', disabled: 'suspended' } as const;

export function accountsQuery(partner: number, search: AccountsSearch) {
  const { q, status, server, builder, entered, sort, cursor } = search;
  const asked = {
    limit: PAGE,
    ...(q ? { q: q.trim() } : {}),
    ...(status ? { account_status: statuses[status] } : {}),
    ...(server ? { server } : {}),
    ...(builder ? { builder } : {}),
    ...(entered ? { entered } : {}),
    ...(sort ? { sort } : {}),
    ...(cursor ? { cursor } : {}),
  };
  const query = consoleQuery(partner, 'GET online/getAccounts', asked as ConsoleSent<Route>);
  return queryOptions({ ...query, placeholderData: keepPreviousData });
}

/** Numbers are Unix time in seconds. */
export const momentOf = (at: number | string): Date =>
  new Date(typeof at === 'number' ? at * 1000 : at);
