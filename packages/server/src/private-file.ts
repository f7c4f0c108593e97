import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file with secrets: for its owner alone, on the disk when this returns, and whole: a
 * crash leaves what was there before.
 */
export function writePrivateFile(file: string, text: string): void {
  const fresh = `${file}.new`;
  // What a crash left may be open to others.
  rmSync(fresh, { force: true });
  const handle = openSync(fresh, 'wx', 0o600);
  writeFileSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(fresh, file);
}
