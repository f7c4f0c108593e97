/**
 * The live streams of this node, and the one place that hears of cuts (`entry.md`, Live streams).
 * It owns which streams are open and that none is open while nothing can be heard; what a stream
 * sends is its own affair.
 */
import type { Database, Subscription } from '../database/database.ts';
import { ACCOUNT_CHANNEL } from './event.ts';

/** An open stream. Neither method may throw. */
export type LiveStream = {
  /** The account was switched off or deleted: the last thing the stream says. */
  cut(): void;
  /** Something of the account may be different: look again. */
  look(): void;
  /** Ends without a word; the page connects anew. */
  end(): void;
};

type Log = { warn(fields: object, message: string): void };
type Notice = { server: string; account_id: number; cut: boolean };

// How long a change that is not announced (settings, roles, a session that was ended) can stay
// unseen on other nodes.
const LOOK_EVERY_MS = 15_000;

export class LiveStreams {
  readonly #streams = new Map<string, Set<LiveStream>>();
  readonly #subscription: Subscription;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(database: Database, log: Log) {
    this.#subscription = database.listen(ACCOUNT_CHANNEL, {
      notice: (payload) => this.#hear(payload),
      lost: (reason) => {
        log.warn({ reason, streams: this.size }, 'live streams ended: nothing can be heard');
        this.#endAll();
      },
    });
    this.#timer = setInterval(() => this.#each((stream) => stream.look()), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  get size(): number {
    let size = 0;
    for (const streams of this.#streams.values()) size += streams.size;
    return size;
  }

  /**
   * Takes a stream in. It must pass the gate after this returns: from here on no cut is missed.
   *
   * @returns takes the stream out again
   * @throws DatabaseUnavailable while this node cannot listen
   */
  async open(server: string, accountId: number, stream: LiveStream): Promise<() => void> {
    await this.#subscription.ready();
    const key = keyOf(server, accountId);
    const streams = this.#streams.get(key) ?? new Set();
    this.#streams.set(key, streams.add(stream));
    // Lost or closed between its readiness and this line: nobody would end it.
    if (this.#closed || !this.#subscription.isListening()) queueMicrotask(() => stream.end());
    return () => {
      streams.delete(stream);
      if (streams.size === 0 && this.#streams.get(key) === streams) this.#streams.delete(key);
    };
  }

  /** Tells this node's streams at once of a change that is not announced to all nodes. */
  look(server: string, accountId: number): void {
    for (const stream of this.#of(server, accountId)) stream.look();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#subscription.close();
    this.#endAll();
  }

  #hear(payload: string): void {
    for (const { server, account_id, cut } of JSON.parse(payload) as Notice[])
      for (const stream of this.#of(server, account_id)) cut ? stream.cut() : stream.look();
  }

  #endAll(): void {
    this.#each((stream) => stream.end());
    this.#streams.clear();
  }

  #each(work: (stream: LiveStream) => void): void {
    for (const streams of [...this.#streams.values()])
      for (const stream of [...streams]) work(stream);
  }

  #of(server: string, accountId: number): LiveStream[] {
    return [...(this.#streams.get(keyOf(server, accountId)) ?? [])];
  }
}

const keyOf = (server: string, accountId: number): string => `${server}/${accountId}`;
