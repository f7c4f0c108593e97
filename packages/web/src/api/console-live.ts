/**
 * The live stream of a partner: whatever changes there makes the pages read again. It comes back by
 * itself; each time it ends, who is signed in is asked first, and that answer decides. Where it made
 * room for others it comes back when somebody turns to the page.
 */
import type { ConsoleEvents } from '@switchboard/contract';
import type { Query, QueryClient } from '@tanstack/react-query';
import { partnerKey } from './console.ts';
import { consoleHomeQuery } from './console-home.ts';
import { openSharedStream } from './shared-stream.ts';
import { whenTurnedTo } from './turned-to.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;
/** However much happens, nothing is read again more often: the first at once, what follows together. */
const PAUSE_MS = 1_000;

const names = ['state', 'changed', 'replaced'] as const satisfies (keyof ConsoleEvents)[];

/** Opens the stream; the function it returns closes it. */
export function watchPartner(partner: number, personId: string, client: QueryClient): () => void {
  let close: (() => void) | undefined;
  let reconnecting: ReturnType<typeof setTimeout> | undefined;
  let reading: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;
  let stopped = false;
  let forgetReturn = () => {};

  let waiting: Changed[] = [];
  const readWhatWaits = () => {
    reading = undefined;
    if (waiting.length === 0) return;
    const predicate = concerns(waiting);
    waiting = [];
    reading = setTimeout(readWhatWaits, PAUSE_MS);
    void client.invalidateQueries({ queryKey: partnerKey(partner), predicate });
  };
  const readAgain = (changed: Changed) => {
    waiting.push(changed);
    if (reading === undefined) readWhatWaits();
  };
  const hear = {
    state: ({ role }: ConsoleEvents['state']) => {
      waitMs = FIRST_WAIT_MS;
      const home = client.getQueryData(consoleHomeQuery.queryKey);
      if (home?.partners.some((one) => one.partner === partner && one.role !== role))
        void client.invalidateQueries(consoleHomeQuery);
      // What happened before it was open it does not tell.
      readAgain(anything);
    },
    changed: readAgain,
    replaced: () => {
      close?.();
      forgetReturn();
      forgetReturn = whenTurnedTo(() => void askThenConnect());
    },
  };

  function connect() {
    if (stopped) return;
    // What a tab hears is told to the same person's tabs only.
    close = openSharedStream(
      `/api/console/${partner}/live`,
      `switchboard.console.${partner}.${personId}`,
      names,
      {
        event: (name, data) => {
          if (!stopped) hear[name as keyof ConsoleEvents](data as never);
        },
        lost: () => {
          close?.();
          void askThenConnect();
        },
      },
    );
  }

  /** Where the visit or the membership ended, the answer ends this page, and the stream with it. */
  async function askThenConnect() {
    await client.fetchQuery({ ...consoleHomeQuery, staleTime: 0 }).catch(() => undefined);
    if (stopped) return;
    reconnecting = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  connect();
  return () => {
    stopped = true;
    close?.();
    clearTimeout(reconnecting);
    clearTimeout(reading);
    forgetReturn();
  };
}

type Changed = ConsoleEvents['changed'];
const anything: Changed = { list: [], isAll: false };

/** Whether a read shows any of it: one of an account only what is that account's. */
function concerns(changed: readonly Changed[]): (query: Query) => boolean {
  if (changed.some(({ isAll }) => !isAll)) return () => true;
  const accounts = new Set(changed.flatMap(({ list }) => list.map(accountOf)));
  return ({ queryKey: [, , , sent] }) => {
    const { account_id, accountID, server } = (sent ?? {}) as Sent;
    const id = account_id ?? accountID;
    if (id === undefined) return true;
    return accounts.has(accountOf({ account_id: id, server: server ?? null }));
  };
}

type Sent = { account_id?: number; accountID?: number; server?: string };
type OfAccount = { server: string | null; account_id: number | null };

const accountOf = ({ server, account_id }: OfAccount): string => `${server}.${account_id}`;
