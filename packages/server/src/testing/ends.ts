/** For tests: what a file has started or made, undone after its tests, the last one first. */
import { after } from 'node:test';

const ends: (() => unknown)[] = [];
after(async () => {
  const errors: unknown[] = [];
  for (const end of ends.reverse())
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw new AggregateError(errors, 'the test file did not end cleanly');
});

/** Runs `end` after the file's tests; whatever is registered later ends earlier. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}
