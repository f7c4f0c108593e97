/** A token bucket for each person and node: nobody changes things in an endless loop. */
import { Failure } from '../../failure.ts';

export type WriteRate = {
  /** Writes a second that a person can go on with. */
  perSecond: number;
  /** Writes at once, after a time without any. */
  burst: number;
};
export const WRITE_RATE: WriteRate = { perSecond: 1, burst: 120 };

// Beyond it the one who has waited longest begins anew.
const MOST_PERSONS = 50_000;

export class WriteLimit {
  readonly #rate: WriteRate;
  readonly #now: () => number;
  /** In the order of their last write. */
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** @param now milliseconds, monotonic */
  constructor(rate: WriteRate = WRITE_RATE, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Persons that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one write from the person's bucket.
   *
   * @throws Failure too_many_writes with the seconds to wait
   */
  take(personId: string): void {
    const { perSecond, burst } = this.#rate;
    const now = this.#now();
    this.#forget(now);
    const { tokens, at } = this.#buckets.get(personId) ?? { tokens: burst, at: now };
    const available = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
    const granted = available >= 1;
    this.#buckets.delete(personId);
    this.#buckets.set(personId, { tokens: granted ? available - 1 : available, at: now });
    if (granted) return;
    const retryAfterSeconds = Math.ceil((1 - available) / perSecond);
    throw new Failure('too_many_writes', { retryAfterSeconds });
  }

  /** A bucket that is full again is as good as none. */
  #forget(now: number): void {
    const fullAfterMs = (this.#rate.burst / this.#rate.perSecond) * 1000;
    for (const [personId, { at }] of this.#buckets) {
      if (now - at < fullAfterMs && this.#buckets.size < MOST_PERSONS) return;
      this.#buckets.delete(personId);
    }
  }
}
