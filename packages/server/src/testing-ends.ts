/** For tests: what a file has started or made, undone after its tests, the last one first. */
import { after } from 'node:test';

const ends: (() => unknown)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

/** Runs `end` after the file's tests; whatever is registered later ends earlier. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}
