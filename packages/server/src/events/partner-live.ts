/**
 * The console's live streams of this node: each is told of its partner's events as the tail hears
 * them, and ends once its session or membership has. A row decides nothing: it makes the database
 * be asked. What a stream says is that something changed; what it is now its page reads.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConsoleEvents, Refusal } from '@switchboard/contract';
import type { Database } from '../database/database.ts';
import { askMembers, type MemberNow } from '../members/authority.ts';
import { LookQueue } from './look-queue.ts';
import type { StreamLimits } from './stream-table.ts';
import type { Tail } from './tail.ts';
import type { EventRow } from './window.ts';

// Whatever is heard, no stream goes longer without asking.
const LOOK_EVERY_MS = 15_000;
// A page reads anew what it shows after each: a burst is told as one.
const REST_MS = 250;
// More are told as "much".
const MOST_TOLD = 100;

/** No method may throw. */
export type PartnerStream = {
  /** SHA-256 of its session's token. */
  readonly tokenHash: Buffer;
  send<N extends keyof ConsoleEvents>(name: N, data: ConsoleEvents[N]): void;
  end(): void;
};

type Entry = { stream: PartnerStream; session: string; personId: string | undefined };
type Partner = { id: number; entries: Set<Entry>; news: EventRow[] };

export class PartnerLive {
  readonly #database: Database;
  readonly #tail: Tail;
  readonly #partners = new Map<number, Partner>();
  readonly #looks: LookQueue<Partner>;
  readonly #timer: NodeJS.Timeout;
  readonly #limits: StreamLimits;
  #closed = false;

  constructor(database: Database, tail: Tail, limits: StreamLimits) {
    this.#limits = limits;
    this.#database = database;
    this.#tail = tail;
    this.#looks = new LookQueue(
      (partner) => this.#lookAt(partner),
      () => REST_MS,
    );
    tail.follow({
      isWaiting: () => this.#partners.size > 0,
      heard: (rows) => this.#hear(rows),
      lost: () => this.#endAll(),
    });
    this.#timer = setInterval(() => {
      for (const partner of this.#partners.values()) this.#looks.routinely(partner);
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /**
   * Takes a stream in, before it is confirmed: from here on nothing is missed.
   *
   * @returns `confirm` says whose it is; `leave` takes it out again
   * @throws DatabaseUnavailable while this node cannot read the log
   */
  async open(
    partnerId: number,
    stream: PartnerStream,
  ): Promise<{ confirm(): Promise<MemberNow>; leave(): void }> {
    await this.#tail.ready();
    const partner = this.#partners.get(partnerId) ?? {
      id: partnerId,
      entries: new Set(),
      news: [],
    };
    this.#partners.set(partnerId, partner);
    const session = stream.tokenHash.toString('base64');
    const entry: Entry = { stream, session, personId: undefined };
    partner.entries.add(entry);
    const leave = () => this.#remove(partner, entry);
    if (this.#closed || !this.#tail.isReading()) queueMicrotask(() => stream.end());
    return {
      confirm: async () => {
        const [member] = await this.#database.read((db) =>
          askMembers(db, [stream.tokenHash], partnerId),
        );
        if (!member || member instanceof Refusal) throw member ?? new Refusal('session_missing');
        entry.personId = member.personId;
        this.#makeRoom(entry);
        return member;
      },
      leave,
    };
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#endAll();
  }

  #hear(rows: readonly EventRow[]): void {
    const persons = new Set<string>();
    const heard = new Set<Partner>();
    for (const row of rows) {
      const partner = row.partner_id === null ? undefined : this.#partners.get(row.partner_id);
      if (partner) {
        if (partner.news.length <= MOST_TOLD) partner.news.push(row);
        heard.add(partner);
      } else if (row.type === 'installation.imported')
        for (const every of this.#partners.values()) heard.add(every);
      else if (row.partner_id === null && row.subject !== null) persons.add(row.subject);
    }
    if (persons.size > 0)
      for (const partner of this.#partners.values())
        for (const { personId } of partner.entries)
          if (personId === undefined || persons.has(personId)) heard.add(partner);
    for (const partner of heard) this.#looks.soon(partner);
  }

  /** One question for every session that has streams of the partner here; then the news. */
  async #lookAt(partner: Partner): Promise<void> {
    const entries = [...partner.entries];
    const news = partner.news.splice(0);
    const hashes = new Map(entries.map(({ session, stream }) => [session, stream.tokenHash]));
    if (hashes.size === 0) return;
    try {
      const now = await this.#database.read((db) =>
        askMembers(db, [...hashes.values()], partner.id),
      );
      const isIn = new Map([...hashes.keys()].map((key, n) => [key, !(now[n] instanceof Refusal)]));
      for (const { session, stream, personId } of entries)
        if (!isIn.get(session)) stream.end();
        else if (personId !== undefined && news.length > 0) stream.send('changed', newsOf(news));
    } catch {
      // Nobody is a member for certain any more.
      for (const { stream } of entries) stream.end();
      await sleep(REST_MS);
    }
  }

  /** The oldest of a session makes room for its newest; on a full node, of the largest partner. */
  #makeRoom(entry: Entry): void {
    const partners = [...this.#partners.values()];
    const all = partners.flatMap(({ entries }) => [...entries]);
    const own = all.filter(({ session }) => session === entry.session);
    const largest = () =>
      partners.reduce((most, one) => (one.entries.size > most.entries.size ? one : most)).entries;
    const { ofSession, onNode } = this.#limits;
    const crowd = own.length > ofSession ? own : all.length > onNode ? largest() : [];
    const [oldest] = [...crowd].filter(({ personId }) => personId !== undefined);
    oldest?.stream.send('replaced', {});
    oldest?.stream.end();
  }

  #remove(partner: Partner, entry: Entry): void {
    partner.entries.delete(entry);
    if (partner.entries.size === 0 && this.#partners.get(partner.id) === partner)
      this.#partners.delete(partner.id);
  }

  #endAll(): void {
    for (const partner of [...this.#partners.values()])
      for (const entry of [...partner.entries]) {
        this.#remove(partner, entry);
        entry.stream.end();
      }
  }
}

const newsOf = (rows: readonly EventRow[]): ConsoleEvents['changed'] => ({
  list: rows.slice(0, MOST_TOLD).map(({ event_id, type, server, account_id }) => ({
    ...{ event_id, type, server, account_id },
  })),
  isAll: rows.length <= MOST_TOLD,
});
