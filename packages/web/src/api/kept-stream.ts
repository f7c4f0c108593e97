/**
 * A live stream that comes back by itself. Each time it ends its page asks first where it stands,
 * and the answer decides. Where it made room for others it comes back when somebody turns to it.
 */
import { openSharedStream } from './shared-stream.ts';
import { whenTurnedTo } from './turned-to.ts';

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

type Stream<Events> = {
  url: string;
  /** The same for the tabs that may hear the same; asked each time the stream is opened. */
  key: () => string;
  acts: { [E in keyof Events]: (data: Events[E]) => void };
  /** Asks where the page stands before the stream is opened anew; false: it is over. */
  ask: () => Promise<boolean>;
};

type KeptStream = {
  stop(): void;
  /** It works: the next time it ends it comes back at once. */
  works(): void;
  /** It made room for others. */
  rest(): void;
};

/** Opens the stream. */
export function keepStream<Events>({ url, key, acts, ask }: Stream<Events>): KeptStream {
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;
  let stopped = false;
  let forgetReturn = () => {};

  const pause = () => {
    close?.();
    clearTimeout(timer);
    forgetReturn();
  };

  function connect() {
    if (stopped) return;
    close = openSharedStream(url, key(), Object.keys(acts), {
      event: (name, data) => {
        if (!stopped) acts[name as keyof Events](data as never);
      },
      lost: () => {
        close?.();
        void askThenConnect();
      },
    });
  }

  async function askThenConnect() {
    const goesOn = await ask();
    if (stopped || !goesOn) return;
    timer = setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  connect();
  return {
    stop: () => {
      stopped = true;
      pause();
    },
    works: () => {
      waitMs = FIRST_WAIT_MS;
    },
    rest: () => {
      pause();
      forgetReturn = whenTurnedTo(() => void askThenConnect());
    },
  };
}
