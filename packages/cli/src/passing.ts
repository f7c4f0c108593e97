/** What can be said of a stream after it has passed by. */
import { createHash } from 'node:crypto';

const LINE_FEED = 0x0a;

export class Passing {
  /** The last line; empty until the end, and where the connection was cut before it. */
  lastLine = '';
  /** Of all bytes, in hex; empty until the end. */
  sha256 = '';

  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#watch(source);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    }
  }

  async *#watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let pieces: Uint8Array[] = [];
    for await (const chunk of source) {
      hash.update(chunk);
      // The chunk's own last byte may be the end of the line that counts.
      const cut = chunk.lastIndexOf(LINE_FEED, -2);
      if (cut >= 0 || pieces.at(-1)?.at(-1) === LINE_FEED) pieces = [];
      pieces.push(chunk.subarray(cut + 1));
      yield chunk;
    }
    const tail = Buffer.concat(pieces).toString('utf8').trimEnd();
    this.lastLine = tail.slice(tail.lastIndexOf('\n') + 1);
    this.sha256 = hash.digest('hex');
  }
}
