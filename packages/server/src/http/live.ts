/**
 * A live stream: server-sent events of one account, `state` first and `disabled` last
 * (`product.md`, The online). What to send is found by asking the gate again, never by trusting a
 * notice.
 */
import type { ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { LiveEvents } from '@switchboard/contract';
import type { Entered } from '../agents/gate.ts';
import { accountOf, workspaceState } from '../agents/workspace.ts';
import type { Database, Db } from '../database/database.ts';
import type { LiveStreams } from '../events/live.ts';
import { Failure } from '../failure.ts';
import type { PageCall } from './page-call.ts';

const PING_MS = 15_000;
// A client that takes nothing is cut off rather than remembered.
const MOST_UNSENT_BYTES = 256 * 1024;

/**
 * Opens the stream, or throws what the gate says. It ends with the connection, with a cut, when
 * the session may no longer enter, and when this node cannot hear of cuts.
 *
 * @param pass asks the gate
 */
export async function sendLive(
  { request, reply }: PageCall,
  place: { server: string; accountId: number },
  pass: (db: Db) => Promise<Entered>,
  { database, streams }: { database: Database; streams: LiveStreams },
): Promise<undefined> {
  const stream = new EventStream(() => database.read(pass));
  const leave = await streams.open(place.server, place.accountId, stream);
  try {
    await stream.begin(() => {
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-request-id': request.id,
      });
      const gone = () => {
        leave();
        stream.end();
      };
      // Gone while the gate was asked: its event is over already.
      if (reply.raw.destroyed) gone();
      else reply.raw.once('close', gone);
      return reply.raw;
    });
  } catch (error) {
    leave();
    throw error;
  }
  return undefined;
}

class EventStream {
  readonly #ask: () => Promise<Entered>;
  #raw: ServerResponse | undefined;
  #ping: NodeJS.Timeout | undefined;
  #known: Entered | undefined;
  #looking = false;
  #again = false;
  #over: 'cut' | 'ended' | undefined;

  constructor(ask: () => Promise<Entered>) {
    this.#ask = ask;
  }

  /** @throws Failure of the gate, or unavailable when it is over before it began */
  async begin(open: () => ServerResponse): Promise<void> {
    const entered = await this.#ask();
    if (this.#over === 'cut') throw disabled(entered);
    if (this.#over) throw new Failure('unavailable', { retryAfterSeconds: 1 });
    this.#known = entered;
    this.#raw = open();
    this.#raw.write('retry: 500\n');
    this.#send('state', workspaceState(entered));
    this.#ping = setInterval(() => this.#write(': ping\n\n'), PING_MS);
    this.#ping.unref();
    if (this.#again) this.look();
  }

  cut(): void {
    if (this.#over) return;
    if (this.#known) {
      const { accountName, support } = this.#known;
      this.#send('disabled', { account_name: accountName, support });
    }
    this.#finish('cut');
  }

  end(): void {
    this.#finish('ended');
  }

  /** Sends what is different; a notice that comes while it looks makes it look once more. */
  look(): void {
    this.#again = true;
    if (this.#looking || !this.#raw || this.#over) return;
    this.#looking = true;
    void this.#lookAgain().finally(() => {
      this.#looking = false;
    });
  }

  async #lookAgain(): Promise<void> {
    while (this.#again && !this.#over) {
      this.#again = false;
      try {
        this.#compare(await this.#ask());
      } catch (error) {
        // Whatever the reason, this session is not inside for certain any more.
        if (error instanceof Failure && error.code === 'account_disabled') this.cut();
        else this.end();
      }
    }
  }

  #compare(now: Entered): void {
    const before = this.#known;
    this.#known = now;
    if (!before || this.#over) return;
    const state = workspaceState(now);
    const was = workspaceState(before);
    if (!isDeepStrictEqual(state.agent, was.agent)) this.#send('state', state);
    else {
      if (!isDeepStrictEqual(state.settings, was.settings)) this.#send('settings', state.settings);
      if (!isDeepStrictEqual(state.account, was.account)) this.#send('account', accountOf(now));
    }
  }

  #send<N extends keyof LiveEvents>(name: N, data: LiveEvents[N]): void {
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    if (!this.#raw || this.#over) return;
    this.#raw.write(text);
    if (this.#raw.writableLength > MOST_UNSENT_BYTES) this.#raw.destroy();
  }

  #finish(how: 'cut' | 'ended'): void {
    if (this.#over) return;
    this.#over = how;
    clearInterval(this.#ping);
    this.#raw?.end();
  }
}

const disabled = ({ accountName, support }: Entered): Failure =>
  new Failure('account_disabled', { account_name: accountName, support });
