/** For tests: what a file has started or made, undone after its tests, the last one first. */
import { after, before } from 'node:test';

type Ends = (() => unknown)[];

const ofProcess: Ends = [];
let ends = ofProcess;
after(() => endAll(ofProcess));

/** Runs `end` after the file's tests; whatever is registered later ends earlier. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

/** What `start` starts ends with the process, whichever file asked for it. */
export async function endWithProcess<Started>(start: () => Promise<Started>): Promise<Started> {
  const ofFile = ends;
  ends = ofProcess;
  try {
    return await start();
  } finally {
    ends = ofFile;
  }
}

/** Called within the suite that a whole file becomes: what the file starts ends with the suite. */
export function endWithSuite(): void {
  const own: Ends = [];
  const enter = () => {
    ends = own;
  };
  // While the file is read, and again when its turn has come.
  enter();
  before(enter);
  after(() => endAll(own));
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
