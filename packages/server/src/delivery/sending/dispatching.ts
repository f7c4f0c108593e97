/**
 * This node's part in making deliveries of the log: it hears of changes by the tail, and reads on
 * from the position that all nodes share. Without any address only the position moves on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { webhookEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database } from '../../database/database.ts';
import type { Tail } from '../../events/tail.ts';
import { type Loop, startLoop } from '../../loop.ts';
import { dispatch } from './dispatch.ts';

export type DispatchingOptions = {
  database: Database;
  tail: Tail;
  /** Deliveries may have been made, or an address may take them again. */
  made(): void;
  failed(error: unknown): void;
};

// What another node committed before this one knew of an address.
const LOOK_EVERY_MS = 1_000;
const REST_MS = 10;
const IDLE_WINDOW_MS = 10_000;
const ELSEWHERE_MS = 20;

const isTold: ReadonlySet<string> = new Set(webhookEventTypes);

export class Dispatching {
  readonly #options: DispatchingOptions;
  #loop: Loop | undefined;
  #hasAddress = false;
  #lookedAt = 0;
  #windowAt = 0;
  #stopped = false;

  constructor(options: DispatchingOptions) {
    this.#options = options;
    options.tail.follow({
      isWaiting: () => this.#hasAddress && !this.#stopped,
      heard: (rows) => {
        if (!this.#hasAddress) return;
        if (rows.some(({ type }) => isTold.has(type))) this.#loop?.nudge();
        else if (rows.some(({ type }) => type.startsWith('webhook.'))) options.made();
      },
      lost: () => this.#loop?.nudge(),
    });
  }

  /** Whether anybody has one, as far as this node knows. */
  get hasAddress(): boolean {
    return this.#hasAddress;
  }

  start(): void {
    this.#loop = startLoop(() => this.#run(), { everyMs: LOOK_EVERY_MS, restMs: REST_MS });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop?.stop();
  }

  async #run(): Promise<void> {
    const { database, made, failed } = this.#options;
    try {
      if (Date.now() - this.#lookedAt > LOOK_EVERY_MS / 2) {
        this.#lookedAt = Date.now();
        this.#hasAddress = await hasAddress(database);
      }
      if (!this.#hasAddress && Date.now() - this.#windowAt < IDLE_WINDOW_MS) return;
      this.#windowAt = Date.now();
      // Another node at it may not have seen what this one was told of.
      while (!(await dispatch(database)) && !this.#stopped)
        await sleep(ELSEWHERE_MS, undefined, { ref: false });
      made();
    } catch (error) {
      failed(error);
    }
  }
}

async function hasAddress(database: Database): Promise<boolean> {
  const found = await database.read((db) =>
    db.query(sql`select from webhooks where url <> '' limit 1`),
  );
  return found.length > 0;
}
