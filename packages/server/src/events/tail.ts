/**
 * The tail of the log as this process reads it: the one way in which it hears of changes, those of
 * other nodes and its own. It owns the process's position, which is in memory; that nothing is
 * missed over a lost or frozen connection; and that it is noticed within a second when nothing can
 * be read. What a row means to whom is its followers' affair.
 */
import { messageOf } from '../database/connection.ts';
import { type Database, DatabaseUnavailable, type Db } from '../database/database.ts';
import { type Loop, startLoop } from '../loop.ts';
import { currentPosition, type EventRow, readWindow, type Window } from './window.ts';

/** No method may throw. */
export type Follower = {
  /** Whether it waits for anything. While nobody does the log is not read. */
  isWaiting(): boolean;
  /** What happened, in the order of `readWindow`. */
  heard(rows: readonly EventRow[]): void;
  /** Nothing could be read for half a second, or another database answers: whatever may be missed. */
  lost(reason: string): void;
};

const READ_EVERY_MS = 200;
// A node that changes a lot does not read after each of its changes.
const REST_MS = 10;
const MOST_ROWS = 1_000;
const RETRY_MS = 25;
const READY_TIMEOUT_MS = 2_000;
const SILENT = 'the database is silent';
// Silence is counted in ticks, which a process that was busy itself does not make up for.
const TICK_MS = 100;
const TICKS_OF_SILENCE = 6;

export class Tail {
  readonly #database: Database;
  readonly #followers = new Set<Follower>();
  readonly #loop: Loop;
  readonly #ticker: NodeJS.Timeout;
  /** Undefined while nobody waits for anything: whoever does again begins at that moment. */
  #read: Omit<Window, 'rows'> | undefined;
  #ticks = 0;
  #isLost = false;
  #failure = SILENT;
  /** Of those who want to be ready. */
  #awaited = new Set<() => void>();
  #closed = false;

  constructor(database: Database) {
    this.#database = database;
    this.#loop = startLoop(() => this.#run(), { everyMs: READ_EVERY_MS, restMs: REST_MS });
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#ticker.unref();
  }

  follow(follower: Follower): void {
    this.#followers.add(follower);
  }

  /** Something was committed here: what it changes is told at once. */
  nudge(): void {
    if (this.#isAwaited()) this.#loop.nudge();
  }

  /** Whether whatever commits from now on will be told, or its loss. */
  isReading(): boolean {
    return !this.#closed && this.#read !== undefined && !this.#isLost;
  }

  /**
   * Answers once the log is being read.
   *
   * @throws DatabaseUnavailable when it is not within 2 s
   */
  async ready(): Promise<void> {
    if (this.isReading()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = () =>
      reject(new DatabaseUnavailable('the log cannot be read for the moment', { lost: false }));
    const timer = setTimeout(late, READY_TIMEOUT_MS);
    this.#awaited.add(resolve);
    this.#loop.nudge();
    await promise.finally(() => {
      clearTimeout(timer);
      this.#awaited.delete(resolve);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticker);
    await this.#loop.stop();
  }

  #isAwaited(): boolean {
    if (this.#awaited.size > 0) return true;
    for (const follower of this.#followers) if (follower.isWaiting()) return true;
    return false;
  }

  async #run(): Promise<void> {
    if (!this.#isAwaited()) {
      this.#read = undefined;
      return;
    }
    try {
      await this.#database.readApart((db) => this.#readOn(db));
    } catch (error) {
      this.#failure = messageOf(error);
      setTimeout(() => this.#loop.nudge(), RETRY_MS).unref();
    }
  }

  /** One window, however many pieces it has. */
  async #readOn(db: Db): Promise<void> {
    do {
      const before = this.#read;
      const { rows, ...now } = before
        ? await readWindow(db, before.next, MOST_ROWS)
        : await currentPosition(db);
      // Of a PostgreSQL that took the other's place, or was restarted, the numbers may be others.
      if (before && before.source !== now.source) {
        this.#lose('another database answers');
        this.#read = undefined;
        continue;
      }
      this.#succeed(now);
      if (rows.length > 0) for (const follower of this.#followers) follower.heard(rows);
    } while ((this.#read === undefined || this.#read.next.within) && !this.#closed);
  }

  #succeed(read: Omit<Window, 'rows'>): void {
    this.#read = read;
    this.#ticks = 0;
    this.#isLost = false;
    this.#failure = SILENT;
    for (const resolve of this.#awaited) resolve();
  }

  #tick(): void {
    if (!this.#read || this.#isLost) return;
    this.#ticks += 1;
    if (this.#ticks >= TICKS_OF_SILENCE) this.#lose(this.#failure);
  }

  #lose(reason: string): void {
    this.#isLost = true;
    for (const follower of this.#followers) follower.lost(reason);
  }
}
