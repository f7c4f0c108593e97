/** Work that repeats: every so often, and when somebody says that there is something to do. */

export type Loop = {
  /** A run that begins after this, as soon as it may. */
  nudge(): void;
  /** No further run; waits for the one under way. */
  stop(): Promise<void>;
};

export type LoopOptions = {
  /** Milliseconds between runs that nobody asked for. */
  everyMs: number;
  /** Milliseconds from the end of a run to one that a nudge asks for. */
  restMs?: number;
};

/**
 * Runs now, and from then on; never two at once.
 *
 * @param work may not throw
 */
export function startLoop(work: () => Promise<void>, { everyMs, restMs = 0 }: LoopOptions): Loop {
  let running: Promise<void> | undefined;
  let resting: NodeJS.Timeout | undefined;
  let again = false;
  let stopped = false;
  const run = () => {
    again = running !== undefined || resting !== undefined;
    if (again || stopped) return;
    running = work().finally(() => {
      running = undefined;
      if (restMs > 0) resting = setTimeout(rested, restMs).unref();
      else if (again) run();
    });
  };
  const rested = () => {
    resting = undefined;
    if (again) run();
  };
  const timer = setInterval(run, everyMs);
  timer.unref();
  run();
  return {
    nudge: run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(resting);
      await running;
    },
  };
}
