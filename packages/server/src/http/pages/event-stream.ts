/**
 * What a live stream sends: `state` first, then what is different from it by what the gate says;
 * `disabled` or `replaced` last.
 */
import type { ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { LiveEvents } from '@switchboard/contract';
import type { Entered, Verdict } from '../../agents/gate.ts';
import { accountOf, workspaceState } from '../../agents/workspace.ts';
import type { LiveStream } from '../../events/stream-table.ts';
import { Failure } from '../../failure.ts';

const PING_MS = 15_000;
// A client that takes nothing is cut off rather than remembered.
const MOST_UNSENT_BYTES = 256 * 1024;
// A longer timer goes off at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class EventStream implements LiveStream {
  readonly tokenHash: Buffer;
  #known: Entered | undefined;
  #raw: ServerResponse | undefined;
  #ping: NodeJS.Timeout | undefined;
  #sessionEnd: NodeJS.Timeout | undefined;
  #over = false;

  constructor(tokenHash: Buffer) {
    this.tokenHash = tokenHash;
  }

  get known(): Entered | undefined {
    return this.#known;
  }

  /** @throws Failure unavailable when it is over before it began */
  begin(entered: Entered, open: () => ServerResponse): void {
    if (this.#over) throw new Failure('unavailable', { retryAfterSeconds: 1 });
    this.#known = entered;
    this.#raw = open();
    this.#write(`retry: 500\n${eventOf('state', workspaceState(entered))}`);
    this.#ping = setInterval(() => this.#write(': ping\n\n'), PING_MS);
    this.#ping.unref();
    this.#endAt(performance.now() + entered.endsInMs);
  }

  told(verdict: Verdict): void {
    const before = this.#known;
    if (!before || this.#over) return;
    if ('entered' in verdict) {
      this.#known = verdict.entered;
      this.#write(newsOf(before, verdict.entered));
      return;
    }
    const { accountName, support } = before;
    if (verdict.isCut) this.#write(eventOf('disabled', { account_name: accountName, support }));
    this.end();
  }

  replaced(): void {
    this.#write(eventOf('replaced', {}));
    this.end();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#ping);
    clearTimeout(this.#sessionEnd);
    this.#raw?.end();
  }

  #endAt(time: number): void {
    const leftMs = time - performance.now();
    if (leftMs <= 0) this.end();
    else {
      this.#sessionEnd = setTimeout(() => this.#endAt(time), Math.min(leftMs, LONGEST_TIMER_MS));
      this.#sessionEnd.unref();
    }
  }

  #write(text: string): void {
    if (!this.#raw || this.#over || text === '') return;
    this.#raw.write(text);
    if (this.#raw.writableLength > MOST_UNSENT_BYTES) this.#raw.destroy();
  }
}

const eventOf = <N extends keyof LiveEvents>(name: N, data: LiveEvents[N]): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** The streams of one session are told the same, so it is found out once. */
const news = new WeakMap<Entered, { before: Entered; text: string }>();

function newsOf(before: Entered, now: Entered): string {
  const found = news.get(now);
  if (found?.before === before) return found.text;
  const text = differences(before, now);
  news.set(now, { before, text });
  return text;
}

function differences(before: Entered, now: Entered): string {
  const [was, is] = [workspaceState(before), workspaceState(now)];
  if (!isDeepStrictEqual(is.agent, was.agent)) return eventOf('state', is);
  const settings = isDeepStrictEqual(is.settings, was.settings);
  const account = isDeepStrictEqual(is.account, was.account);
  return (
    (settings ? '' : eventOf('settings', is.settings)) +
    (account ? '' : eventOf('account', accountOf(now)))
  );
}
