/**
 * Deliveries as this node makes them: it claims what is due, sends it outside any transaction and
 * records what became of it. Everything that must not be lost is in the database; here is only how
 * much is under way.
 */
import { type Database, DatabaseUnavailable } from '../../database/database.ts';
import type { Tail } from '../../events/tail.ts';
import { type Loop, startLoop } from '../../loop.ts';
import { payloadOf, webhookIdOf } from '../payload.ts';
import { secretsOf, type Webhook, type WebhookKeys } from '../webhook.ts';
import { claim, type Lane, LEASE_SECONDS } from './claim.ts';
import { Dispatching } from './dispatching.ts';
import { type Paused, pauseDead } from './pause.ts';
import type { Pusher } from './push.ts';
import { recordOutcomes, type Try } from './record-outcomes.ts';
import { releaseWaiting, restAddress } from './release-waiting.ts';
import { Widths } from './widths.ts';

type Line = (fields: object, message: string) => void;
type Log = { warn: Line; error: Line };

export type DeliveringOptions = {
  database: Database;
  tail: Tail;
  push: Pusher;
  keys: WebhookKeys;
  log: Log;
  /** Told of addresses that were given up for now. */
  paused(paused: Paused): void;
  /** Told of each try. */
  tried?: ((outcome: string) => void) | undefined;
};

// Retries that come due, and what another node made.
const LOOK_EVERY_MS = 1_000;
const REST_MS = 5;
const STOP_PATIENCE_MS = 1_000;
const PAUSE_EVERY_MS = 5_000;
/** Lanes under way on this node, those included whose outcome is being recorded. */
const MOST_UNDER_WAY = 256;
// No try begins that could outlive its lease.
const LAST_TRY_MS = (LEASE_SECONDS - 6) * 1_000;

export class Delivering {
  readonly #options: DeliveringOptions;
  readonly #dispatching: Dispatching;
  readonly #widths = new Widths();
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #loop: Loop | undefined;
  #pausedAt = 0;

  constructor(options: DeliveringOptions) {
    this.#options = options;
    this.#dispatching = new Dispatching({
      ...{ database: options.database, tail: options.tail },
      made: () => this.#nudge(),
      failed: (error) => this.#failed(error),
    });
  }

  start(): void {
    this.#dispatching.start();
    this.#loop = startLoop(() => this.#run(), { everyMs: LOOK_EVERY_MS, restMs: REST_MS });
  }

  /** Waits for the tries under way; those that would last longer than a second are given up. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#stopping.abort(), STOP_PATIENCE_MS);
    await Promise.all([this.#dispatching.stop(), this.#loop?.stop()]);
    await Promise.all(this.#underWay);
    clearTimeout(timer);
    this.#stopping.abort();
  }

  #nudge(): void {
    if (this.#dispatching.hasAddress) this.#loop?.nudge();
  }

  async #run(): Promise<void> {
    if (!this.#dispatching.hasAddress) return;
    try {
      await this.#claimAll();
      await this.#pauseDead();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
    const message = 'deliveries wait: they could not be read; tried again in a second';
    this.#options.log[level]({ err: error }, message);
  }

  async #claimAll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const room = MOST_UNDER_WAY - this.#underWay.size;
      if (room <= 0) return;
      const { lanes, webhooks } = await claim(this.#options.database, {
        lanes: room,
        ...this.#widths.room(),
      });
      for (const webhook of webhooks.values()) await this.#restWithoutKey(webhook);
      for (const lane of lanes) {
        const webhook = webhooks.get(lane.partnerId);
        if (webhook) this.#begin(lane, webhook);
      }
      // Fewer than there is room for is all that is due.
      if (lanes.length < room) return;
    }
  }

  /** Said once a minute, however much waits. */
  async #restWithoutKey(webhook: Webhook): Promise<void> {
    const { database, keys, log } = this.#options;
    if (secretsOf(keys, webhook).length > 0) return;
    const { partner_id: partnerId } = webhook;
    await database.write((db) => restAddress(db, partnerId));
    log.warn({ partnerId }, 'a webhook’s secret belongs to a SECRET_KEY that is not given');
  }

  async #pauseDead(): Promise<void> {
    if (Date.now() - this.#pausedAt < PAUSE_EVERY_MS) return;
    this.#pausedAt = Date.now();
    for (const paused of await pauseDead(this.#options.database)) this.#options.paused(paused);
  }

  #begin(lane: Lane, webhook: Webhook): void {
    const sent = this.#deliver(lane, webhook)
      .catch((error: unknown) => {
        // Its lease ends, and somebody sends it once more.
        this.#options.log.warn({ err: error }, 'what became of a delivery was not recorded');
      })
      .finally(() => {
        this.#underWay.delete(sent);
        this.#nudge();
      });
    this.#underWay.add(sent);
  }

  async #deliver(lane: Lane, webhook: Webhook): Promise<void> {
    const { database, keys } = this.#options;
    const { server, accountId, partnerId, lease, isProbe } = lane;
    const secrets = secretsOf(keys, webhook);
    if (secrets.length === 0) return;
    this.#widths.take(partnerId);
    const tries = await this.#send(lane, webhook.url, secrets).finally(() => {
      this.#widths.free(partnerId);
      this.#nudge();
    });
    if (tries.length === 0) return;
    const { recovered } = await database.gathered(recordOutcomes, {
      ...{ server, accountId, partnerId, lease, isProbe, tries, url: webhook.url },
    });
    if (recovered) await releaseWaiting(database, partnerId);
  }

  /** One after the other, until one is refused. */
  async #send({ partnerId, deliveries }: Lane, url: string, secrets: string[]): Promise<Try[]> {
    const { push, tried } = this.#options;
    const { signal } = this.#stopping;
    const begun = performance.now();
    const tries: Try[] = [];
    for (const told of deliveries) {
      if (performance.now() - begun > LAST_TRY_MS || signal.aborted) break;
      const id = webhookIdOf(told.event_id);
      const pushed = await push({ url, secrets, id, body: payloadOf(told) }, signal);
      // Given up by ourselves: nobody knows what became of it.
      if (signal.aborted && pushed.outcome !== 'delivered') break;
      tries.push({ eventId: told.event_id, ...pushed });
      this.#widths.learn(partnerId, pushed);
      tried?.(pushed.outcome);
      if (pushed.outcome !== 'delivered') break;
    }
    return tries;
  }
}
