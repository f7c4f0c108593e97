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
import { ServerSent } from './server-sent.ts';

export class EventStream implements LiveStream {
  readonly tokenHash: Buffer;
  #known: Entered | undefined;
  readonly #sent = new ServerSent();

  constructor(tokenHash: Buffer) {
    this.tokenHash = tokenHash;
  }

  get known(): Entered | undefined {
    return this.#known;
  }

  /** @throws Failure unavailable when it is over before it began */
  begin(entered: Entered, open: () => ServerResponse): void {
    if (this.#sent.isOver) throw new Failure('unavailable', { retryAfterSeconds: 1 });
    this.#known = entered;
    this.#sent.begin(open(), entered.endsInMs);
    this.#sent.sendText(eventOf('state', workspaceState(entered)));
  }

  told(verdict: Verdict): void {
    const before = this.#known;
    if (!before || this.#sent.isOver) return;
    if ('entered' in verdict) {
      this.#known = verdict.entered;
      this.#sent.sendText(newsOf(before, verdict.entered));
      return;
    }
    const { accountName, support } = before;
    if (verdict.isCut)
      this.#sent.sendText(eventOf('disabled', { account_name: accountName, support }));
    this.end();
  }

  replaced(): void {
    this.#sent.sendText(eventOf('replaced', {}));
    this.end();
  }

  end(): void {
    this.#sent.end();
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
