/** What happened to the partner, newest first, page by page; and the same as a table. */
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { type ConsoleAnswer, consoleCall, consoleKey } from '../../api/console.ts';
import { filtersOf, type PartnerActivitySearch } from './activity-search.ts';

export type PartnerEvent = ConsoleAnswer<'GET online/getActivity'>['list'][number];

const PAGE = 50;

/** Keeps showing what it showed until what it is narrowed to has come. */
export function partnerActivityQuery(partner: number, search: PartnerActivitySearch) {
  const filters = filtersOf(search);
  return infiniteQueryOptions({
    queryKey: [...consoleKey(partner, 'GET online/getActivity'), filters],
    placeholderData: keepPreviousData,
    // Whatever was done on another page is there.
    staleTime: 0,
    queryFn: ({ pageParam, signal }) =>
      consoleCall(
        partner,
        'GET online/getActivity',
        { ...filters, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function csvAddress(partner: number, search: PartnerActivitySearch): string {
  const filters = Object.entries(filtersOf(search)).map(([name, value]) => [name, String(value)]);
  return `/api/console/${partner}/activity.csv?${new URLSearchParams(filters)}`;
}
