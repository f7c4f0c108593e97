/**
 * The live streams of this node (`docs/entering.md`, Live pages). It owns when the gate is asked for
 * them, and that none is open while the log cannot be read; what a stream sends is its own affair.
 */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { askGate } from '../agents/gate.ts';
import type { Database } from '../database/database.ts';
import { Concern } from './concern.ts';
import { LookQueue } from './look-queue.ts';
import {
  type Entry,
  type LiveStream,
  type StreamAccount,
  type StreamLimits,
  StreamTable,
} from './stream-table.ts';
import type { Tail } from './tail.ts';
import type { EventRow } from './window.ts';

/** A stream's place among the others. */
export type Seat = {
  /** It has passed the gate and begun: the oldest beyond the limits is replaced. */
  pass(): void;
  /** Takes it out again. */
  leave(): void;
};

type Log = { warn(fields: object, message: string): void };

// Whatever is heard, no stream goes longer without asking the gate.
const LOOK_EVERY_MS = 15_000;
// Telling many streams takes time that others need too: 2,000 are told twice a second at most.
const REST_MS_PER_STREAM = 0.25;
const LONGEST_REST_MS = 500;
// A cut is made, whether or not the streams here have ended by then.
const CUT_PATIENCE_MS = 1_000;
// Streams told in a row before whatever else this process has to do.
const TOLD_AT_ONCE = 50;

export class LiveStreams {
  readonly #table: StreamTable;
  readonly #database: Database;
  readonly #tail: Tail;
  readonly #looks: LookQueue<StreamAccount>;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(database: Database, tail: Tail, log: Log, limits: StreamLimits) {
    this.#database = database;
    this.#tail = tail;
    this.#table = new StreamTable(limits);
    this.#looks = new LookQueue(
      (account) => this.#lookAt(account),
      ({ entries }) => Math.min(entries.size * REST_MS_PER_STREAM, LONGEST_REST_MS),
    );
    tail.follow({
      isWaiting: () => this.#table.size > 0,
      heard: (rows) => this.#hear(rows),
      lost: (reason) => {
        if (this.#table.size === 0) return;
        log.warn({ reason, streams: this.#table.size }, 'live streams ended: the log is not read');
        this.#endAll();
      },
    });
    this.#timer = setInterval(() => {
      for (const account of this.#table.accounts()) this.#looks.routinely(account);
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /**
   * Takes a stream in. It must pass the gate after this returns: from here on no change is missed.
   *
   * @throws DatabaseUnavailable while this node cannot read the log
   */
  async open(server: string, accountId: number, stream: LiveStream): Promise<Seat> {
    await this.#tail.ready();
    const entry = this.#table.add(server, accountId, stream);
    // Lost or closed between its readiness and this line: nobody would end it.
    if (this.#closed || !this.#tail.isReading()) queueMicrotask(() => stream.end());
    return {
      pass: () => {
        this.#table.pass(entry);
        if (entry.missedALook) this.#looks.soon(entry.account);
      },
      leave: () => this.#table.remove(entry),
    };
  }

  /** A cut was made here: once this answers, or after a second, the account's streams have ended. */
  async cut(server: string, accountId: number): Promise<void> {
    const account = this.#table.account(server, accountId);
    if (account)
      await Promise.race([
        this.#looks.done(account),
        sleep(CUT_PATIENCE_MS, undefined, { ref: false }),
      ]);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#endAll();
  }

  /** A row decides nothing: whatever it may be about asks the gate. */
  #hear(rows: readonly EventRow[]): void {
    const concern = new Concern(rows);
    for (const account of this.#table.accounts())
      if (concern.covers(account)) this.#looks.soon(account);
  }

  /** One question for every session that has streams in the account here. */
  async #lookAt({ server, accountId, entries }: StreamAccount): Promise<void> {
    const asked: Entry[] = [];
    for (const entry of entries)
      if (entry.stream.known) asked.push(entry);
      // Its own question is under way, and may have come before what this one sees.
      else entry.missedALook = true;
    const hashes = new Map(asked.map(({ session, stream }) => [session, stream.tokenHash]));
    if (hashes.size === 0) return;
    try {
      const verdicts = await this.#database.read((db) =>
        askGate(db, [...hashes.values()], server, accountId),
      );
      const bySession = new Map([...hashes.keys()].map((session, n) => [session, verdicts[n]]));
      for (const [n, { session, stream }] of asked.entries()) {
        if (n % TOLD_AT_ONCE === TOLD_AT_ONCE - 1) await turn();
        const verdict = bySession.get(session);
        if (verdict) stream.told(verdict);
      }
    } catch {
      // Nobody is inside for certain any more.
      for (const { stream } of asked) stream.end();
    }
  }

  #endAll(): void {
    for (const { entries } of this.#table.accounts())
      for (const entry of [...entries]) {
        this.#table.remove(entry);
        entry.stream.end();
      }
  }
}
