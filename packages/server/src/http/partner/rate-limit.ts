/** A token bucket for each partner and node; the headers of the IETF draft 11. */
import { Refusal } from '@switchboard/contract';
import type { FastifyReply } from 'fastify';

// A bucket twice the rate refills in this many seconds.
const WINDOW_SECONDS = 2;

export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  readonly #buckets = new Map<number, { tokens: number; at: number }>();

  /**
   * @param perSecond requests per second and partner; 0 is no limit
   * @param now milliseconds, monotonic
   */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#burst = perSecond * WINDOW_SECONDS;
    this.#now = now;
  }

  /**
   * Takes one request from the partner's bucket and says in the answer's headers what is left.
   *
   * @throws Refusal rate_limited with the seconds to wait
   */
  take(partnerId: number, reply: FastifyReply): void {
    if (this.#perSecond === 0) return;
    const now = this.#now();
    const bucket = this.#buckets.get(partnerId) ?? { tokens: this.#burst, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond;
    const available = Math.min(this.#burst, refilled);
    const granted = available >= 1;
    const tokens = granted ? available - 1 : available;
    this.#buckets.set(partnerId, { tokens, at: now });

    const fullAgain = Math.ceil((this.#burst - tokens) / this.#perSecond);
    reply.header('ratelimit-policy', `"default";q=${this.#burst};w=${WINDOW_SECONDS}`);
    reply.header('ratelimit', `"default";r=${Math.floor(tokens)};t=${fullAgain}`);
    if (granted) return;
    const retryAfterSeconds = Math.ceil((1 - tokens) / this.#perSecond);
    throw new Refusal('rate_limited', { retryAfterSeconds });
  }
}
