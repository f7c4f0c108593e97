/** A file that is there whole or not at all: written beside its place, then renamed. */
import { rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';

/**
 * Writes a stream to a file that only its owner can read.
 *
 * @param check throws when what was written is not whole; the file is then removed
 */
export async function writeWhole(
  file: string,
  lines: AsyncIterable<Uint8Array>,
  check: () => void,
): Promise<void> {
  const part = `${file}.part`;
  const remove = () => rmSync(part, { force: true });
  // A part that a crash left may be readable for others.
  remove();
  const stop = (signal: NodeJS.Signals) => {
    remove();
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await using handle = await open(part, 'wx', 0o600);
    await handle.writeFile(lines);
    check();
    await handle.sync();
    await rename(part, file);
  } catch (error) {
    remove();
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Remembers the last line of a stream that passes by. */
export class LastLine {
  text = '';

  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let pieces: Uint8Array[] = [];
    for await (const chunk of source) {
      // The chunk's own last byte may be the end of the line that counts.
      const cut = chunk.lastIndexOf(LINE_FEED, -2);
      if (cut >= 0 || pieces.at(-1)?.at(-1) === LINE_FEED) pieces = [];
      pieces.push(chunk.subarray(cut + 1));
      yield chunk;
    }
    const tail = Buffer.concat(pieces).toString('utf8').trimEnd();
    this.text = tail.slice(tail.lastIndexOf('\n') + 1);
  }
}

const LINE_FEED = 0x0a;
