/** Several test files in one process, one after the other, each a suite of its own. */
import { resolve } from 'node:path';
import { suite } from 'node:test';
import { pathToFileURL } from 'node:url';
import { endWithSuite } from '../packages/server/src/testing/ends.ts';
import { shareService } from '../packages/server/src/testing/service.ts';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * @param files paths below the repository's root
 * @param timeoutMs of one file
 */
export function runBundle(files: readonly string[], timeoutMs: number): void {
  shareService();
  for (const file of files)
    suite(file, { timeout: timeoutMs }, async () => {
      await endWithSuite(() => import(pathToFileURL(resolve(ROOT, file)).href));
    });
}
