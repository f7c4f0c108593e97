/**
 * A bounded queue in which lines take turns: whoever has a long line waits for their own, not the
 * others for theirs. When it is full, the longest line loses its last.
 */

/** The queue is full: this work was not done. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';

  constructor() {
    super('too much is waiting');
  }
}

// A stream of those who go first leaves every fifth turn to the others.
const MOST_FIRST = 4;

type Waiting = { start(): void; refuse(error: QueueFull): void };

export class Turns {
  readonly #atOnce: number;
  readonly #most: number;
  #running = 0;
  #waiting = 0;
  #firstInARow = 0;
  /** Those that go before the others, and the others; the line whose turn it is comes first. */
  readonly #queues = [new Map<string, Waiting[]>(), new Map<string, Waiting[]>()] as const;

  /**
   * @param atOnce how many may run at the same time
   * @param most how many may wait
   */
  constructor({ atOnce, most }: { atOnce: number; most: number }) {
    this.#atOnce = atOnce;
    this.#most = most;
  }

  /**
   * Runs work when its turn has come.
   *
   * @param line whose turn it is: a network, a partner
   * @param first goes before those who do not, four times of five
   * @throws QueueFull, or what the work throws
   */
  async take<T>(line: string, first: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    // Whoever ends hands its place on, so `running` does not change.
    else await this.#wait(this.#queues[first ? 0 : 1], line);
    try {
      return await work();
    } finally {
      const next = this.#next();
      if (next) next.start();
      else this.#running -= 1;
    }
  }

  #wait(queue: Map<string, Waiting[]>, line: string): Promise<void> {
    return new Promise((start, refuse) => {
      const waiting = queue.get(line) ?? [];
      waiting.push({ start, refuse });
      queue.set(line, waiting);
      this.#waiting += 1;
      if (this.#waiting > this.#most) this.#loseOne();
    });
  }

  #next(): Waiting | undefined {
    const [first, others] = this.#queues;
    const isFirst = first.size > 0 && (others.size === 0 || this.#firstInARow < MOST_FIRST);
    this.#firstInARow = isFirst ? this.#firstInARow + 1 : 0;
    const queue = isFirst ? first : others;
    const [line, waiting = []] = queue.entries().next().value ?? [];
    const next = waiting.shift();
    if (line === undefined || !next) return undefined;
    this.#waiting -= 1;
    queue.delete(line);
    if (waiting.length > 0) queue.set(line, waiting);
    return next;
  }

  #loseOne(): void {
    const lines = this.#queues.flatMap((queue) =>
      [...queue].map(([line, waiting]) => ({ queue, line, waiting })),
    );
    // Of equally long ones a line of those who do not go first, the newest.
    const longest = lines.reduce((a, b) => (b.waiting.length < a.waiting.length ? a : b));
    this.#waiting -= 1;
    longest.waiting.pop()?.refuse(new QueueFull());
    if (longest.waiting.length === 0) longest.queue.delete(longest.line);
  }
}
