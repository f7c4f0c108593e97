/** A file that is there whole or not at all: written beside its place, then renamed. */
import { randomBytes } from 'node:crypto';
import {
  createWriteStream,
  fstatSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Writes a stream to a file that only its owner can read. Links are followed. What is no regular
 * file (a pipe, a device) is not replaced: the stream goes into it, and cannot be taken back.
 *
 * @param check throws when what was written is not whole; a regular file then stays as it was
 */
export async function writeWhole(
  file: string,
  lines: AsyncIterable<Uint8Array>,
  check: (isReplaced: boolean) => void,
): Promise<void> {
  const place = regularFile(file);
  if (place === undefined) {
    await pipeline(lines, createWriteStream(file));
    check(false);
    return;
  }
  const part = join(dirname(place), `${basename(place).slice(0, 200)}.${newSuffix()}.part`);
  const remove = () => rmSync(part, { force: true });
  const stop = (signal: NodeJS.Signals) => {
    remove();
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await using handle = await open(part, 'wx', 0o600);
    await handle.writeFile(lines);
    check(true);
    await handle.sync();
    await rename(part, place);
  } catch (error) {
    remove();
    throw error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// Two may write the same file at once, and the user's own files may have any name.
const newSuffix = () => randomBytes(6).toString('hex');

// As many as Linux follows.
const MOST_LINKS = 40;

/**
 * The regular file that a name leads to, or the place where one would be; undefined for anything
 * else, also for a file that is open already (`/dev/fd/3`): its owner would keep the old one.
 */
function regularFile(file: string): string | undefined {
  let path = resolve(file);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const folder = realpathSync(dirname(path));
    if (/^\/proc\/\d+\/(task\/\d+\/)?fd$/.test(folder)) return undefined;
    path = join(folder, basename(path));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found || found.isFile()) return path;
    if (!found.isSymbolicLink()) return undefined;
    path = resolve(folder, readlinkSync(path));
  }
  // Opening it says that there are too many.
  return file;
}

/** Whether a name leads to this process's standard output. */
export function isStdout(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  const out = fstatSync(process.stdout.fd);
  return found !== undefined && found.dev === out.dev && found.ino === out.ino;
}
