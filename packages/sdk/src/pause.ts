/** Whether a failure passes by itself, and how long to wait for that. */
import { Refusal } from '@switchboard/contract';
import { NoAnswer } from './answer.ts';

// Who is told to wait longer decides for himself.
const LONGEST_WAIT_MS = 10_000;
const FIRST_WAIT_MS = 200;

/**
 * Waits before the next try, at least as long as the service asked for.
 *
 * @param attempt how many tries were repeats; each waits twice as long as the one before
 * @returns false at once when there is no point in trying again
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function pauseBefore(
  attempt: number,
  error: unknown,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!passes(error) && !stillRuns(error)) return false;
  const asked = error instanceof Refusal ? (error.details.retryAfterSeconds ?? 0) * 1000 : 0;
  if (asked > LONGEST_WAIT_MS) return false;
  const backoff = FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random());
  await sleep(Math.max(asked, Math.min(backoff, LONGEST_WAIT_MS)), signal);
  return true;
}

/** A lost connection, a proxy whose service is away, and what the service itself calls passing. */
const passes = (error: unknown): boolean =>
  error instanceof NoAnswer
    ? error.http === undefined || [429, 502, 503, 504].includes(error.http)
    : error instanceof Refusal && [429, 503].includes(error.http);

/** The first try with this key has not been answered yet: its answer will be kept. */
export const stillRuns = (error: unknown): boolean =>
  error instanceof Refusal && error.reason === 'idempotency_key_running';

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
