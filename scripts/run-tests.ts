/**
 * Runs test files, the longest first by what their tests took the last time (`test-timings.json`,
 * suites and tests added up, in seconds), so that no long one begins when the others are done. A child of `test.ts`, with its
 * environment. `--record` writes the timings anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

export type RunOptions = {
  /** Paths below the repository's root. */
  files: string[];
  /** Files at a time. */
  concurrency: number;
  /** Of one file. */
  timeoutMs: number;
  records: boolean;
};

const ROOT = resolve(import.meta.dirname, '..');
const TIMINGS = resolve(import.meta.dirname, 'test-timings.json');
/** Of a file that was never timed: early, since nobody knows. */
const UNKNOWN_SECONDS = 60;

const { files, concurrency, timeoutMs, records } = JSON.parse(process.argv[2] ?? '') as RunOptions;
const known = JSON.parse(readFileSync(TIMINGS, 'utf8')) as Record<string, number>;
const seconds = (file: string): number => known[file] ?? UNKNOWN_SECONDS;
const longestFirst = files.toSorted((a, b) => seconds(b) - seconds(a));

const took = new Map<string, number>();
const stream = run({
  cwd: ROOT,
  files: longestFirst.map((file) => resolve(ROOT, file)),
  concurrency,
  timeout: timeoutMs,
});
stream.on('test:complete', ({ file, nesting, details }) => {
  if (!file || nesting > 0) return;
  const name = relative(ROOT, file);
  took.set(name, (took.get(name) ?? 0) + details.duration_ms / 1000);
});
stream.on('test:fail', () => {
  process.exitCode = 1;
});
stream.on('end', () => {
  if (!records) return;
  const all = Object.entries({ ...known, ...Object.fromEntries(took) })
    .filter(([file]) => files.includes(file))
    .map(([file, time]) => [file, Math.ceil(time)] as const)
    .sort(([a], [b]) => a.localeCompare(b));
  writeFileSync(TIMINGS, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
});
stream.compose(spec).pipe(process.stdout);
