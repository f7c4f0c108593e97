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
    const available = this.#available(partnerId);
    const granted = available >= 1;
    const tokens = granted ? available - 1 : available;
    this.#keep(partnerId, tokens, reply);
    if (granted) return;
    const retryAfterSeconds = Math.ceil((1 - tokens) / this.#perSecond);
    throw new Refusal('rate_limited', { retryAfterSeconds });
  }

  /**
   * Takes more for a request that was granted and costs more than one. What is not there is owed:
   * until the bucket has refilled that far, nothing is granted.
   */
  owe(partnerId: number, requests: number, reply: FastifyReply): void {
    if (this.#perSecond === 0 || requests <= 0) return;
    this.#keep(partnerId, this.#available(partnerId) - requests, reply);
  }

  #available(partnerId: number): number {
    const bucket = this.#buckets.get(partnerId);
    if (!bucket) return this.#burst;
    const refilled = ((this.#now() - bucket.at) / 1000) * this.#perSecond;
    return Math.min(this.#burst, bucket.tokens + refilled);
  }

  #keep(partnerId: number, tokens: number, reply: FastifyReply): void {
    this.#buckets.set(partnerId, { tokens, at: this.#now() });
    const left = Math.max(0, Math.floor(tokens));
    const fullAgain = Math.ceil((this.#burst - tokens) / this.#perSecond);
    reply.header('ratelimit-policy', `"default";q=${this.#burst};w=${WINDOW_SECONDS}`);
    reply.header('ratelimit', `"default";r=${left};t=${fullAgain}`);
  }
}
