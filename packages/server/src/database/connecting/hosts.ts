/**
 * Which of several hosts is the one to write to. It owns asking them, all at once, and remembering
 * the answer until a connection to it is lost; a single host is never asked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseHost } from '../../installation/database-url.ts';
import { messageOf } from '../connection.ts';
import { type Address, driverOptions, isUrl, leadTo, NotWritable } from './client.ts';

/** How long a host may take to say who it is. */
const ANSWER_MS = 1_500;
/** How long the others are waited for once a primary has answered. */
const GRACE_MS = 200;

export class Hosts {
  readonly address: Address;
  /** Whether the address itself says which schema is meant. */
  readonly namesSchema: boolean;
  readonly #all: readonly DatabaseHost[];
  readonly #hostOf = new WeakMap<pg.Client, DatabaseHost>();
  /** Connected, or about to be. */
  readonly #clients = new Set<pg.Client>();
  #current: DatabaseHost | undefined;
  #lastFound: DatabaseHost | undefined;
  #asking: Promise<DatabaseHost> | undefined;

  constructor(address: Address) {
    this.address = address;
    this.namesSchema = isUrl(address) && address.namesSchema;
    this.#all = isUrl(address) ? address.hosts : [];
  }

  /**
   * The host to connect to; undefined where the driver's own options say it.
   *
   * @throws Error that says of each host why it is not the one
   */
  async find(): Promise<DatabaseHost | undefined> {
    if (this.#all.length < 2) return this.#all[0];
    if (this.#current) return this.#current;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** That client connects to this host. */
  remember(client: pg.Client, host: DatabaseHost | undefined): void {
    if (!host) return;
    this.#hostOf.set(client, host);
    this.#clients.add(client);
    client.once('end', () => this.#clients.delete(client));
  }

  /** That client's connection failed: all hosts are asked anew. */
  lost(client: pg.Client): void {
    const host = this.#hostOf.get(client);
    if (!host || host !== this.#current) return;
    this.#current = undefined;
    // At once: its neighbours may hang as well. Whoever connects next hears of a failure.
    this.find().catch(() => {});
  }

  /** Whether another host was found since that client connected: its own may be cut off by now. */
  isStale(client: pg.Client): boolean {
    const host = this.#hostOf.get(client);
    return this.#lastFound !== undefined && host !== undefined && host !== this.#lastFound;
  }

  async #ask(): Promise<DatabaseHost> {
    // In the order of the address, so that nodes choose alike.
    const primaries: (Primary | undefined)[] = this.#all.map(() => undefined);
    const asked = this.#all.map(async (host, index) => {
      primaries[index] = { host, timeline: await this.#timelineOf(host) };
    });
    const all = Promise.allSettled(asked);
    await Promise.any(asked).catch(() => {});
    await Promise.race([all, sleep(GRACE_MS)]);
    const chosen = newest(primaries);
    if (!chosen) throw this.#failureOf(await all);
    this.#choose(chosen.host);
    void all.then(() => {
      const best = newest(primaries);
      if (best && best.timeline > chosen.timeline && this.#current === chosen.host)
        this.#choose(best.host);
    });
    return chosen.host;
  }

  #choose(host: DatabaseHost): void {
    this.#lastFound = this.#current = host;
    this.#cutStale();
  }

  /** Whoever waits for an answer of a server that hangs need not wait for its time to run out. */
  #cutStale(): void {
    for (const client of this.#clients)
      if (this.isStale(client)) client.connection.stream.destroy();
  }

  /** @throws whatever keeps this host from being the one */
  async #timelineOf(host: DatabaseHost): Promise<number> {
    const client = new pg.Client({
      ...driverOptions(this.address),
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      application_name: 'switchboard',
    });
    client.on('error', () => {});
    leadTo(client, host);
    try {
      await client.connect();
      const { rows } = await client.query('select pg_catalog.pg_is_in_recovery() as standby');
      if (rows[0]?.standby !== false) throw new NotWritable();
      return await timelineOf(client);
    } finally {
      void client.end().catch(() => {});
    }
  }

  #failureOf(answers: PromiseSettledResult<unknown>[]): Error {
    const errors = answers.map((answer) => ('reason' in answer ? answer.reason : undefined));
    const reasons = errors.map((error, index) => {
      const { host, port } = this.#all[index] as DatabaseHost;
      return `${host}, port ${port}: ${messageOf(error)}`;
    });
    return new Error(reasons.join('; '), { cause: new AggregateError(errors) });
  }
}

type Primary = { host: DatabaseHost; timeline: number };

/** An old primary that came back after another's promotion is on an older timeline. */
const newest = (primaries: readonly (Primary | undefined)[]): Primary | undefined =>
  primaries
    .filter((each) => each !== undefined)
    .reduce<Primary | undefined>(
      (best, each) => (best && best.timeline >= each.timeline ? best : each),
      undefined,
    );

/** The number that every promotion raises; 0 where a provider does not tell it. */
async function timelineOf(client: pg.Client): Promise<number> {
  try {
    const { rows } = await client.query(
      'select pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) as file',
    );
    return Number.parseInt(String(rows[0]?.file).slice(0, 8), 16) || 0;
  } catch {
    return 0;
  }
}
