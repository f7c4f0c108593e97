import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../installation/folder.ts';
import { processState } from './process-state.ts';

/**
 * Marks this process as running from the repository at `repoRoot` (absolute), until it ends or the
 * function that it answers is called. `scripts/install.cjs` reads the marks: it does not replace
 * node_modules under a running server. Where the folder cannot be written nobody installs either,
 * so that failing to mark is harmless and silent.
 */
export function markRunning(repoRoot: string): () => void {
  const folder = join(repoRoot, '.tmp', 'running');
  const mark = join(folder, String(process.pid));
  const unmark = () => {
    try {
      rmSync(mark, { force: true });
    } catch {}
  };
  try {
    makeFolder(folder);
    writeFileSync(mark, processState(process.pid)?.started ?? '');
    process.once('exit', unmark);
  } catch {}
  return unmark;
}
