import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

// As many as Linux follows.
const MOST_LINKS = 40;
// No write takes so long: what is older was left by a crash.
const LEFT_MS = 60_000;

/**
 * Writes a file with secrets: for its owner alone, on the disk when this returns, and whole: a
 * crash leaves what was there before. A link is followed and stays.
 */
export function writePrivateFile(file: string, text: string): void {
  const place = followed(file);
  const fresh = `${place}.${randomBytes(6).toString('hex')}.new`;
  const handle = openSync(fresh, 'wx', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(fresh, place);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  syncFolder(dirname(place));
}

/** Where a name leads to, whether something is there or not. */
function followed(file: string): string {
  let path = resolve(file);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw new Error(`${file} leads through too many links.`);
}

/** Removes what killed processes left of their writes to this file. */
export function sweepPrivateFile(file: string): void {
  const place = followed(file);
  const begin = `${basename(place)}.`;
  for (const name of readdirSync(dirname(place))) {
    if (!name.startsWith(begin) || !/^[0-9a-f]{12}\.new$/.test(name.slice(begin.length))) continue;
    const left = join(dirname(place), name);
    const at = statSync(left, { throwIfNoEntry: false })?.mtimeMs;
    if (at !== undefined && at < Date.now() - LEFT_MS) rmSync(left, { force: true });
  }
}

/** A new name is in its folder only when that is written too. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
