/**
 * Looks at the builders that accounts' links lead to. It owns when and how often: each origin when
 * it is new and once a day, at a pace that all nodes keep together. What it needs of a link is its
 * origin. Nothing waits for it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventType } from '@switchboard/contract';
import { type Database, DatabaseUnavailable, type Db } from '../database/database.ts';
import type { Tail } from '../events/tail.ts';
import { currentPosition, type EventRow, readWindow, type Window } from '../events/window.ts';
import { type Loop, startLoop } from '../loop.ts';
import { claimLooks, recordLook } from './claim.ts';
import { type Looking, lookAt } from './look.ts';
import { addOriginsOf, forgetOrigins, passOverAccounts } from './origins.ts';

export type BuilderChecksOptions = Looking & {
  database: Database;
  tail: Tail;
  /** Nothing is looked at otherwise, and what was known is forgotten. */
  isOn: boolean;
  /** Milliseconds between readings of the log, where nobody reads it more often. */
  everyMs?: number | undefined;
  log: { warn(fields: object, message: string): void };
};

// The log is read on as others may write it; while live pages or deliveries read it, as they do.
const LOOK_EVERY_MS = 10_000;
// The pace is so many a second.
const REST_MS = 1_000;
const MOST_ROWS = 1_000;
const PASS_EVERY_HOURS = 24;
/** What happened while this node was away, or lost its place in the log, is found by a pass. */
const PASS_AGAIN_HOURS = 1;
const LAST_WORD_MS = 500;

/** After these an account's link may be another one, or there again. */
const CHANGES: ReadonlySet<EventType> = new Set([
  'account.updated',
  'account.suspended',
  'account.resumed',
  'account.restored',
]);

export class BuilderChecks {
  readonly #options: BuilderChecksOptions;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #loop: Loop | undefined;
  #read: Pick<Window, 'next' | 'source'> | undefined;
  #passAfterHours = PASS_AGAIN_HOURS;

  constructor(options: BuilderChecksOptions) {
    this.#options = options;
    options.tail.follow({
      // It has a place of its own: an idle node's log is not read five times a second for this.
      isWaiting: () => false,
      heard: (rows) => {
        if (rows.some(isChange)) this.#loop?.nudge();
      },
      lost: () => {},
    });
  }

  /** Before anything is served: where nothing is looked at, nothing is known. */
  async prepare(): Promise<void> {
    if (!this.#options.isOn)
      await forgetOrigins(this.#options.database).catch((error: unknown) => this.#warn(error));
  }

  start(): void {
    const { isOn, everyMs = LOOK_EVERY_MS } = this.#options;
    if (isOn && !this.#stopping.signal.aborted)
      this.#loop = startLoop(() => this.#run(), { everyMs, restMs: REST_MS });
  }

  /** Looks under way are given up: they are made another time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop?.stop();
    this.#options.guard.close();
    await Promise.race([
      Promise.all(this.#underWay),
      sleep(LAST_WORD_MS, undefined, { ref: false }),
    ]);
  }

  async #run(): Promise<void> {
    const { database } = this.#options;
    try {
      await database.read((db) => this.#readOn(db));
      await passOverAccounts(database, this.#passAfterHours);
      this.#passAfterHours = PASS_EVERY_HOURS;
      const origins = await claimLooks(database);
      for (const origin of origins) this.#begin(this.#look(origin));
      // There may be more: they have their turn after the rest.
      if (origins.length > 0) this.#loop?.nudge();
    } catch (error) {
      this.#warn(error);
    }
  }

  /** What was before is found by the first pass. */
  async #readOn(db: Db): Promise<void> {
    do {
      const before = this.#read;
      const { rows, next, source } = before
        ? await readWindow(db, before.next, MOST_ROWS)
        : await currentPosition(db);
      if (before && before.source !== source) {
        this.#read = undefined;
        this.#passAfterHours = PASS_AGAIN_HOURS;
        continue;
      }
      await this.#add(rows.filter(isChange));
      this.#read = { next, source };
    } while ((!this.#read || this.#read.next.within) && !this.#stopping.signal.aborted);
  }

  async #add(rows: readonly EventRow[]): Promise<void> {
    const accounts = rows.flatMap(({ server, account_id }) =>
      server === null || account_id === null ? [] : [{ server, account_id }],
    );
    if (accounts.length > 0) await this.#options.database.write((db) => addOriginsOf(db, accounts));
  }

  async #look(origin: string): Promise<void> {
    const { signal } = this.#stopping;
    const look = await lookAt(origin, this.#options, signal);
    if (!signal.aborted) await recordLook(this.#options.database, origin, look);
  }

  #begin(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.#warn(error))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  #warn(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const when = error instanceof DatabaseUnavailable ? 'once the database is there' : 'soon';
    this.#options.log.warn({ err: error }, `builders could not be looked at; they are ${when}`);
  }
}

const isChange = ({ type }: EventRow): boolean => CHANGES.has(type);
