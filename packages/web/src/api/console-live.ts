/**
 * The live stream of a partner: whatever changes there makes the pages read again. It comes back by
 * itself; each time it ends, who is signed in is asked first, and that answer decides. Where it made
 * room for others it comes back when somebody turns to the page.
 */
import type { ConsoleEvents } from '@switchboard/contract';
import type { QueryClient } from '@tanstack/react-query';
import { partnerKey } from './console.ts';
import { consoleHomeQuery } from './console-home.ts';
import { openSharedStream } from './shared-stream.ts';
import { whenTurnedTo } from './turned-to.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;
/** However much happens, nothing is read again more often. */
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

  const readAgain = () => {
    reading ??= setTimeout(() => {
      reading = undefined;
      void client.invalidateQueries({ queryKey: partnerKey(partner) });
    }, PAUSE_MS);
  };
  const hear = {
    state: ({ role }: ConsoleEvents['state']) => {
      waitMs = FIRST_WAIT_MS;
      const home = client.getQueryData(consoleHomeQuery.queryKey);
      if (home?.partners.some((one) => one.partner === partner && one.role !== role))
        void client.invalidateQueries(consoleHomeQuery);
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
    readAgain();
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
