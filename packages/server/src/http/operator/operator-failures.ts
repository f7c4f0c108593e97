/**
 * Wrong operator tokens, counted per address (IPv6 by /64) in this process: it alone has this
 * listener. Ten within 10 minutes, and nothing from there is compared for 10 minutes. After a
 * hundred from everywhere an address may fail once instead of ten times: that slows down whoever
 * has many, and never refuses the right token from an address that has not failed.
 */
import { Refusal } from '@switchboard/contract';
import { networkOf } from '../../attempts/network.ts';

const WINDOW_MS = 600_000;
const OF_ADDRESS = 10;
const OF_ALL = 100;
// Beyond it the oldest is forgotten; whoever has so many addresses gains little by that.
const MOST_ADDRESSES = 10_000;

type Failures = { count: number; since: number };

export class TokenFailures {
  readonly #now: () => number;
  readonly #byNetwork = new Map<string, Failures>();
  #all: Failures | undefined;

  /** @param now milliseconds of a clock that is never set back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Call it before the token is compared, and `count` in the same turn.
   *
   * @param address undefined on a unix socket, from which nothing is refused
   * @throws Refusal too_many_failures
   */
  check(address: string | undefined): void {
    const failed = address === undefined ? undefined : this.#byNetwork.get(networkOf(address));
    if (!failed || this.#isOver(failed)) return;
    const isFlood = this.#all && !this.#isOver(this.#all) && this.#all.count >= OF_ALL;
    if (failed.count < (isFlood ? 1 : OF_ADDRESS)) return;
    const passed = this.#now() - failed.since;
    throw new Refusal('too_many_failures', {
      retryAfterSeconds: Math.ceil((WINDOW_MS - passed) / 1_000),
      message: 'Too many wrong operator tokens; wait as long as Retry-After says (seconds).',
    });
  }

  /** Notes a wrong token. */
  count(address: string | undefined): void {
    if (address === undefined) return;
    const network = networkOf(address);
    const failed = this.#oneMore(this.#byNetwork.get(network));
    // The failure that reaches the limit begins the wait.
    if (failed.count === OF_ADDRESS) failed.since = this.#now();
    // Moved to the end: who failed longest ago is first.
    this.#byNetwork.delete(network);
    this.#byNetwork.set(network, failed);
    this.#all = this.#oneMore(this.#all);
    const [oldest] = this.#byNetwork.keys();
    if (this.#byNetwork.size > MOST_ADDRESSES) this.#byNetwork.delete(oldest ?? '');
  }

  #oneMore(before: Failures | undefined): Failures {
    if (!before || this.#isOver(before)) return { count: 1, since: this.#now() };
    return { ...before, count: before.count + 1 };
  }

  #isOver({ since }: Failures): boolean {
    return this.#now() - since >= WINDOW_MS;
  }
}
