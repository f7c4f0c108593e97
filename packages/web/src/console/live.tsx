/**
 * The one live stream of the open partner, for all tabs of the same person: it says that something
 * changed, and what is shown of it is read anew.
 */
import type { ConsoleEvents } from '@switchboard/contract';
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { partnerKey } from '../api/console.ts';
import { consoleHomeQuery } from '../api/console-home.ts';
import { keepStream } from '../api/kept-stream.ts';
import { ApiFailure } from '../api/request.ts';
import { useMember } from './member.ts';

/** Keeps every page of the partner up to date; mounted once, beside them. */
export function ConsoleLive() {
  const { partner } = useMember();
  const client = useQueryClient();
  useEffect(() => watchPartner(client, partner), [client, partner]);
  return null;
}

/** Opens the stream; the function it returns closes it. */
function watchPartner(client: QueryClient, partner: number): () => void {
  const queryKey = partnerKey(partner);
  const stream = keepStream<ConsoleEvents>({
    url: `/api/console/${partner}/live`,
    key: () => {
      const person = client.getQueryData(consoleHomeQuery.queryKey)?.person.id ?? '';
      return `switchboard.console.${partner}.${person}`;
    },
    acts: {
      // Something may have happened before it was open.
      state: ({ role }) => {
        stream.works();
        void client.invalidateQueries({ queryKey });
        const home = client.getQueryData(consoleHomeQuery.queryKey);
        const known = home?.partners.find((one) => one.partner === partner)?.role;
        if (role !== known) void client.invalidateQueries(consoleHomeQuery);
      },
      changed: ({ list, isAll }) => {
        const predicate = isAll ? concerns(list) : () => true;
        void client.invalidateQueries({ queryKey, predicate });
        if (!isAll || list.some(({ type }) => type.startsWith('member.')))
          void client.invalidateQueries(consoleHomeQuery);
      },
      replaced: () => stream.rest(),
    },
    // Who is not signed in any more, or no member, is told by this very answer.
    ask: async () => {
      try {
        await client.fetchQuery({ ...consoleHomeQuery, staleTime: 0 });
        return true;
      } catch (failure) {
        return !(failure instanceof ApiFailure && failure.code === 'no_session');
      }
    },
  });
  return stream.stop;
}

type Event = ConsoleEvents['changed']['list'][number];

/** Whether a read shows any of it: one of an account only what is that account's. */
function concerns(list: readonly Event[]): (query: Query) => boolean {
  const accounts = new Set(list.map(nameOf));
  return ({ queryKey: [, , , sent] }) => {
    const of = (sent ?? {}) as { account_id?: number; accountID?: number; server?: string };
    const account_id = of.account_id ?? of.accountID;
    if (account_id === undefined) return true;
    return accounts.has(nameOf({ account_id, server: of.server ?? null }));
  };
}

const nameOf = ({ server, account_id }: Pick<Event, 'server' | 'account_id'>): string =>
  `${server}.${account_id}`;
