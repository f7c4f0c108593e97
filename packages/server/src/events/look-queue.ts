/**
 * In which order the accounts of a node's streams are looked at. Each is looked at once at a time;
 * whatever asks for a look while it waits or is under way is merged into one more. Nobody else's
 * looks wait for a busy account's.
 */

// Of the pool's connections: requests need the others.
const LANES = 4;
// Of the lanes: looks that nothing asked for do not hold up those that something did.
const ROUTINE_LANES = 1;

export class LookQueue<T> {
  readonly #look: (item: T) => Promise<void>;
  readonly #restMs: (item: T) => number;
  readonly #soon = new Set<T>();
  readonly #routine = new Set<T>();
  /** Looked at now, or resting. */
  readonly #busy = new Set<T>();
  readonly #again = new Set<T>();
  /** Who waits for a look that has not begun yet. */
  readonly #waiting = new Map<T, PromiseWithResolvers<void>>();
  #looking = 0;
  #lookingRoutinely = 0;

  /**
   * @param look may not throw
   * @param restMs milliseconds from the end of an item's look to its next one
   */
  constructor(look: (item: T) => Promise<void>, restMs: (item: T) => number) {
    this.#look = look;
    this.#restMs = restMs;
  }

  /** A look that begins after this, as soon as it can. */
  soon(item: T): void {
    if (this.#busy.has(item)) {
      this.#again.add(item);
      return;
    }
    this.#routine.delete(item);
    this.#soon.add(item);
    this.#run();
  }

  /** The same; answers when it is over. */
  done(item: T): Promise<void> {
    const waiting = this.#waiting.get(item) ?? Promise.withResolvers<void>();
    this.#waiting.set(item, waiting);
    this.soon(item);
    return waiting.promise;
  }

  /** A look when nothing else is to be done; one that is under way is good enough. */
  routinely(item: T): void {
    if (this.#busy.has(item) || this.#soon.has(item)) return;
    this.#routine.add(item);
    this.#run();
  }

  #run(): void {
    while (this.#looking < LANES) {
      const [soon] = this.#soon;
      if (soon !== undefined) {
        this.#soon.delete(soon);
        void this.#take(soon);
        continue;
      }
      const [routine] = this.#routine;
      if (routine === undefined || this.#lookingRoutinely >= ROUTINE_LANES) return;
      this.#routine.delete(routine);
      this.#lookingRoutinely += 1;
      void this.#take(routine).then(() => {
        this.#lookingRoutinely -= 1;
        this.#run();
      });
    }
  }

  async #take(item: T): Promise<void> {
    this.#busy.add(item);
    this.#looking += 1;
    const waiting = this.#waiting.get(item);
    this.#waiting.delete(item);
    await this.#look(item);
    waiting?.resolve();
    this.#looking -= 1;
    const restMs = this.#restMs(item);
    if (restMs < 1) this.#release(item);
    else setTimeout(() => this.#release(item), restMs).unref();
    this.#run();
  }

  #release(item: T): void {
    this.#busy.delete(item);
    if (this.#again.delete(item)) this.soon(item);
  }
}
