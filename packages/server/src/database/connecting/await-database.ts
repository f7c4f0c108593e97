/** Waiting for a database that is not there yet: it is started later, or fails over just now. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseAway } from '../usable.ts';

const RETRY_MS = { first: 250, longest: 2_000 };
const SAY_EVERY_MS = 60_000;

/**
 * Tries for as long as the database is away; says so at once, then every minute, and when it is back.
 *
 * @param ask a try, that throws DatabaseAway where a later one may succeed
 * @throws whatever else a try throws; the reason of `signal` once that is aborted
 */
export async function awaitDatabase(
  ask: () => Promise<void>,
  log: { warn(words: string): void },
  signal: AbortSignal,
): Promise<void> {
  let saidAt: number | undefined;
  for (let retryMs = RETRY_MS.first; ; retryMs = Math.min(retryMs * 2, RETRY_MS.longest)) {
    try {
      signal.throwIfAborted();
      await ask();
      if (saidAt !== undefined) log.warn('the database is there');
      return;
    } catch (error) {
      if (!(error instanceof DatabaseAway)) throw error;
      if (saidAt === undefined || performance.now() - saidAt > SAY_EVERY_MS) {
        saidAt = performance.now();
        log.warn(`${error.message} Waiting for it.`);
      }
    }
    await sleep(retryMs, undefined, { signal }).catch(() => {});
  }
}
