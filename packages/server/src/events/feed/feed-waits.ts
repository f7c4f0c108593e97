/**
 * Who waits on this node for events of a partner. It owns that nothing which commits after `ready`
 * is missed, that a wait ends when its time is over, its client is gone or the service stops, and
 * how many there may be. What is waited for is read by whoever waits: no connection is held.
 */
import type { EventHeard, EventWait } from '../../operation.ts';
import type { Tail } from '../tail.ts';
import type { EventRow } from '../window.ts';

/** Waits of one partner on one node. */
const MOST_WAITS = 10;

type Waiting = { wants(event: EventHeard): boolean; ring(): void; end(): void };

export class FeedWaits {
  readonly #tail: Tail;
  readonly #partners = new Map<number, Set<Waiting>>();
  #closed = false;

  constructor(tail: Tail) {
    this.#tail = tail;
    tail.follow({
      isWaiting: () => this.#partners.size > 0,
      heard: (rows) => this.#hear(rows),
      // Whatever may be missed: they read for themselves.
      lost: () => this.#each(({ ring }) => ring()),
    });
  }

  /**
   * A place among those who wait; undefined when the partner has no more of them.
   *
   * @param wants whether a row may be what it waits for
   * @param seconds after which it waits no more
   * @param whenGone calls back once nobody is there for an answer
   */
  begin(
    partnerId: number,
    wants: Waiting['wants'],
    seconds: number,
    whenGone: (end: () => void) => void,
  ): EventWait | undefined {
    const places = this.#partners.get(partnerId) ?? new Set();
    if (places.size >= MOST_WAITS) return undefined;
    const bell = new Bell();
    const waiting = { wants, ring: () => bell.ring(), end: () => bell.end() };
    const timer = setTimeout(waiting.end, seconds * 1000);
    whenGone(waiting.end);
    this.#partners.set(partnerId, places.add(waiting));
    if (this.#closed) bell.end();
    return {
      ready: async () => {
        if (!bell.isOver) await Promise.race([this.#tail.ready(), bell.over]);
      },
      heard: () => bell.heard(),
      leave: () => {
        clearTimeout(timer);
        places.delete(waiting);
        if (places.size === 0 && this.#partners.get(partnerId) === places)
          this.#partners.delete(partnerId);
      },
    };
  }

  /** The service stops: whoever waits is answered. */
  close(): void {
    this.#closed = true;
    this.#each(({ end }) => end());
  }

  #hear(rows: readonly EventRow[]): void {
    if (this.#partners.size === 0) return;
    for (const row of rows)
      for (const waiting of this.#partners.get(row.partner_id ?? 0) ?? [])
        if (waiting.wants(row)) waiting.ring();
  }

  #each(tell: (waiting: Waiting) => void): void {
    for (const places of this.#partners.values()) for (const waiting of places) tell(waiting);
  }
}

/** Remembers that it rang while nobody listened. */
class Bell {
  #next = Promise.withResolvers<boolean>();
  readonly #over = Promise.withResolvers<void>();
  isOver = false;

  get over(): Promise<void> {
    return this.#over.promise;
  }

  ring(): void {
    this.#next.resolve(true);
  }

  end(): void {
    this.isOver = true;
    this.#over.resolve();
    this.#next.resolve(false);
  }

  /** True when it rang, false when it is over. */
  async heard(): Promise<boolean> {
    const rang = await this.#next.promise;
    if (!this.isOver) this.#next = Promise.withResolvers();
    return rang;
  }
}
