/** Which live streams are open on this node, by account and by session, and how many there may be. */
import type { Entered, Verdict } from '../agents/gate.ts';

/** An open stream. No method may throw. */
export type LiveStream = {
  /** SHA-256 of its session's token. */
  readonly tokenHash: Buffer;
  /** Who is inside, as the gate said last; undefined until the stream has passed it. */
  readonly known: Entered | undefined;
  /** What the gate says now. */
  told(verdict: Verdict): void;
  /** Too many are open: the last thing the stream says; its page does not come back by itself. */
  replaced(): void;
  /** Ends without a word; the page connects anew. */
  end(): void;
};

export type StreamLimits = {
  /** Streams of one session on this node, over all its accounts. */
  ofSession: number;
  /** Streams on this node; one takes some 50 kB. */
  onNode: number;
};
export const STREAM_LIMITS: StreamLimits = { ofSession: 20, onNode: 10_000 };

/** An account that has streams here. */
export type StreamAccount = { server: string; accountId: number; entries: Set<Entry> };

export type Entry = {
  stream: LiveStream;
  session: string;
  account: StreamAccount;
  /** The gate was asked for the others while this one was about to pass it. */
  missedALook: boolean;
};

export class StreamTable {
  readonly #accounts = new Map<string, StreamAccount>();
  /** Of those that have passed the gate: whoever may not enter takes nobody's place. */
  readonly #sessions = new Map<string, Set<Entry>>();
  readonly #limits: StreamLimits;
  #size = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  accounts(): StreamAccount[] {
    return [...this.#accounts.values()];
  }

  account(server: string, accountId: number): StreamAccount | undefined {
    return this.#accounts.get(keyOf(server, accountId));
  }

  add(server: string, accountId: number, stream: LiveStream): Entry {
    const key = keyOf(server, accountId);
    const account = this.#accounts.get(key) ?? { server, accountId, entries: new Set() };
    this.#accounts.set(key, account);
    const session = stream.tokenHash.toString('base64');
    const entry: Entry = { stream, session, account, missedALook: false };
    account.entries.add(entry);
    this.#size += 1;
    return entry;
  }

  /** The stream has passed the gate; the oldest beyond the limits is replaced. */
  pass(entry: Entry): void {
    if (!entry.account.entries.has(entry)) return;
    const ofSession = this.#sessions.get(entry.session) ?? new Set();
    this.#sessions.set(entry.session, ofSession.add(entry));
    if (ofSession.size > this.#limits.ofSession) this.#replaceFirst(ofSession);
    if (this.#size > this.#limits.onNode) this.#replaceFirst(this.#largest().entries);
  }

  remove(entry: Entry): void {
    const { account, session } = entry;
    if (!account.entries.delete(entry)) return;
    this.#size -= 1;
    if (account.entries.size === 0) this.#accounts.delete(keyOf(account.server, account.accountId));
    const ofSession = this.#sessions.get(session);
    ofSession?.delete(entry);
    if (ofSession?.size === 0) this.#sessions.delete(session);
  }

  /** Where there is no room, whoever takes most of it makes some. */
  #largest(): StreamAccount {
    return this.accounts().reduce((most, account) =>
      account.entries.size > most.entries.size ? account : most,
    );
  }

  #replaceFirst(entries: Iterable<Entry>): void {
    for (const entry of entries)
      if (entry.stream.known) {
        this.remove(entry);
        entry.stream.replaced();
        return;
      }
  }
}

const keyOf = (server: string, accountId: number): string => `${server}/${accountId}`;
