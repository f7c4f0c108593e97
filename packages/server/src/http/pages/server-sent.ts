/** One answer of server-sent events: what a client that takes nothing, or a long one, may cost. */
import type { ServerResponse } from 'node:http';

const PING_MS = 15_000;
// A client that takes nothing is cut off rather than remembered.
const MOST_UNSENT_BYTES = 256 * 1024;
// A longer timer goes off at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class ServerSent {
  #raw: ServerResponse | undefined;
  #ping: NodeJS.Timeout | undefined;
  #lastTimer: NodeJS.Timeout | undefined;
  #over = false;

  get isOver(): boolean {
    return this.#over;
  }

  /** @param endsInMs after which it ends by itself, in milliseconds: its session does */
  begin(raw: ServerResponse, endsInMs: number): void {
    this.#raw = raw;
    this.#write('retry: 500\n');
    this.#ping = setInterval(() => this.#write(': ping\n\n'), PING_MS);
    this.#ping.unref();
    this.#endAt(performance.now() + endsInMs);
  }

  send(name: string, data: object): void {
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Text of events, as `eventText` writes them. */
  sendText(text: string): void {
    if (text !== '') this.#write(text);
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#ping);
    clearTimeout(this.#lastTimer);
    this.#raw?.end();
  }

  #endAt(time: number): void {
    const leftMs = time - performance.now();
    if (leftMs <= 0) this.end();
    else {
      this.#lastTimer = setTimeout(() => this.#endAt(time), Math.min(leftMs, LONGEST_TIMER_MS));
      this.#lastTimer.unref();
    }
  }

  #write(text: string): void {
    if (!this.#raw || this.#over) return;
    this.#raw.write(text);
    if (this.#raw.writableLength > MOST_UNSENT_BYTES) this.#raw.destroy();
  }
}

/** The head of such an answer; the connection is ours from here on. */
export const eventStreamHead = (requestId: string): Record<string, string> => ({
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
  'x-request-id': requestId,
});
