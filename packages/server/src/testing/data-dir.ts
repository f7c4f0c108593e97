import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Removes a DATA_DIR and its database, which lies elsewhere when its account cannot reach it. */
export function removeDataDir(dataDir: string, dataFolder: string): void {
  const folders = dataFolder.startsWith(dataDir) ? [dataDir] : [dataDir, dirname(dataFolder)];
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
