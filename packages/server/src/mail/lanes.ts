/**
 * Who goes to the mail server next. A few letters are with it at a time; codes go first, then what
 * else a person waits for, then letters owed for partners. A place is kept for every lane that has
 * none, so that the slow letters of one cannot hold up another. A letter that takes long gives its
 * place up, as long as there are connections for more.
 */
import { type Bounds, type Entry, Lane } from './lane.ts';

export type LaneName = 'code' | 'person' | 'partner';

/** There is no room for a letter, or there is none any more. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
  constructor() {
    super('too many letters like it are under way');
  }
}

// A letter is about 10 kB of memory.
const BOUNDS: Record<LaneName, Bounds> = {
  code: { letters: 3000, each: 5, slowEach: 2 },
  person: { letters: 3000, each: 5, slowEach: 2 },
  partner: { letters: 1000, each: 1000, slowEach: 10 },
};

export class Lanes {
  readonly #places: number;
  /** Letters that take long, beside those. */
  readonly #mostSlow: number;
  readonly #slowMs: number;
  /** In the order in which they are served. */
  readonly #lanes: Record<LaneName, Lane> = {
    code: new Lane(BOUNDS.code),
    person: new Lane(BOUNDS.person),
    partner: new Lane(BOUNDS.partner),
  };

  /**
   * @param connections how many letters are with the mail server at a time; at least one of each
   *   lane, and most places for those that take long
   * @param slowSeconds after which a letter does
   */
  constructor(connections: number, slowSeconds: number) {
    this.#places = Math.max(Math.ceil(connections / 4), Object.keys(this.#lanes).length);
    this.#mostSlow = Math.max(connections - this.#places, 0);
    this.#slowMs = slowSeconds * 1000;
  }

  /**
   * A letter of that owner: a receiver, or a partner.
   *
   * @throws NoRoom
   */
  enter(name: LaneName, owner: string): Ticket {
    const lane = this.#lanes[name];
    const entry = lane.enter(owner);
    if (!entry) throw new NoRoom();
    return new Ticket(lane, entry, {
      serve: () => this.#serve(),
      watch: () => this.#watch(lane, entry),
    });
  }

  /** Lets others pass when it takes long; what is answered ends that. */
  #watch(lane: Lane, entry: Entry): () => void {
    const timer = setInterval(() => {
      if (!this.#hasSlowPlaceFor(lane)) return;
      clearInterval(timer);
      lane.makeWay(entry);
      this.#serve();
    }, this.#slowMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  #serve(): void {
    for (const lane of Object.values(this.#lanes))
      while (this.#hasPlaceFor(lane) && lane.startNext());
  }

  /** Here too one is kept for every lane that has none. */
  #hasSlowPlaceFor(lane: Lane): boolean {
    const lanes = Object.values(this.#lanes);
    const taken = lanes.reduce((sum, { slow }) => sum + slow, 0);
    const kept = lanes.filter((other) => other !== lane && other.slow === 0).length;
    return taken + kept < this.#mostSlow;
  }

  #hasPlaceFor(lane: Lane): boolean {
    const lanes = Object.values(this.#lanes);
    const taken = lanes.reduce((sum, { running }) => sum + running, 0);
    const kept = lanes.filter((other) => other !== lane && other.running === 0).length;
    return taken + kept < this.#places;
  }
}

/** A letter under way, as its sender sees it. */
export class Ticket {
  readonly #lane: Lane;
  readonly #entry: Entry;
  readonly #lanes: { serve(): void; watch(): () => void };

  constructor(lane: Lane, entry: Entry, lanes: { serve(): void; watch(): () => void }) {
    this.#lane = lane;
    this.#entry = entry;
    this.#lanes = lanes;
  }

  /**
   * One try, as soon as there is a place for it.
   *
   * @throws NoRoom instead; what the try throws
   */
  async try(work: () => Promise<void>): Promise<void> {
    await this.pause(() => {
      this.#lane.stand(this.#entry);
      this.#lanes.serve();
    });
    const unwatch = this.#lanes.watch();
    try {
      await work();
    } finally {
      unwatch();
      this.#lane.stop(this.#entry);
      this.#lanes.serve();
    }
  }

  /**
   * Waits until what was begun wakes it.
   *
   * @throws NoRoom as soon as the letter lost its room
   */
  async pause(begin: (wake: () => void) => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#entry.wake = resolve;
    if (!this.#entry.isLost) begin(resolve);
    else resolve();
    await promise;
    if (this.#entry.isLost) throw new NoRoom();
  }

  /** The letter is over. */
  leave(): void {
    this.#lane.leave(this.#entry);
  }
}
