/** For tests: what a file has started or made, undone after its tests, the last one first. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { after } from 'node:test';

type Ends = (() => unknown)[];

const ofProcess: Ends = [];
after(() => endAll(ofProcess));

/**
 * Of the file that is read or whose tests run: files of one process are read at the same time, and
 * one may still be while another's tests run.
 */
const ofFile = new AsyncLocalStorage<Ends>();

/** Runs `end` after the file's tests; whatever is registered later ends earlier. */
export function atEnd(end: () => unknown): void {
  (ofFile.getStore() ?? ofProcess).push(end);
}

/** What `start` starts ends with the process, whichever file asked for it. */
export const endWithProcess = <Started>(start: () => Promise<Started>): Promise<Started> =>
  ofFile.run(ofProcess, start);

/** Called within the suite that a whole file becomes: what the file starts ends with the suite. */
export function endWithSuite<Read>(read: () => Promise<Read>): Promise<Read> {
  const own: Ends = [];
  after(() => endAll(own));
  return ofFile.run(own, read);
}

async function endAll(all: Ends): Promise<void> {
  const errors: unknown[] = [];
  for (const end of all.splice(0).reverse())
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw new AggregateError(errors, 'the test file did not end cleanly');
}
