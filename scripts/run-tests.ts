/**
 * Runs test files, the longest first by what their tests took the last time (`test-timings.json`,
 * in seconds), so that no long one begins when the others are done. The quick ones share
 * processes: to start one and read the service's modules takes longer than they do.
 * A child of `test.ts`, with its environment. `--record` writes the timings anew.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { shareChromium } from '../e2e/chromium.ts';

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
const BUNDLES = resolve(ROOT, '.tmp/test-bundles');
/** Of a file that was never timed: early, since nobody knows. */
const UNKNOWN_SECONDS = 60;
const QUICK_SECONDS = 10;
const BUNDLE_SECONDS = 40;
/** Looks at what a process has before a test service makes its hashes cheap. */
const ALONE = ['packages/server/src/people/passwords/password.test.ts'];

const { files, concurrency, timeoutMs, records } = JSON.parse(process.argv[2] ?? '') as RunOptions;
const known = JSON.parse(readFileSync(TIMINGS, 'utf8')) as Record<string, number>;
const seconds = (file: string): number => known[file] ?? UNKNOWN_SECONDS;

type Process = { file: string; seconds: number };

function processes(): Process[] {
  const shares = (file: string) =>
    file.startsWith('packages/') && seconds(file) <= QUICK_SECONDS && !ALONE.includes(file);
  const { alone = [], quick = [] } = Object.groupBy(files, (file) =>
    shares(file) ? 'quick' : 'alone',
  );
  return [...alone.map((file) => ({ file, seconds: seconds(file) })), ...bundles(quick)].sort(
    (a, b) => b.seconds - a.seconds,
  );
}

/** As many as their sum asks for, each file put where there is least so far. */
function bundles(quick: string[]): Process[] {
  rmSync(BUNDLES, { recursive: true, force: true });
  mkdirSync(BUNDLES, { recursive: true });
  const total = quick.reduce((sum, file) => sum + seconds(file), 0);
  const filled = Array.from({ length: Math.ceil(total / BUNDLE_SECONDS) }, () => ({
    files: [] as string[],
    seconds: 0,
  }));
  for (const file of quick.toSorted((a, b) => seconds(b) - seconds(a))) {
    const emptiest = filled.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    emptiest.files.push(file);
    emptiest.seconds += seconds(file);
  }
  return filled.map(({ files, seconds }, index) => {
    const file = resolve(BUNDLES, `bundle-${index + 1}.test.ts`);
    writeFileSync(
      file,
      `import { runBundle } from '../../scripts/test-bundle.ts';
runBundle(${JSON.stringify(files, null, 2)}, ${timeoutMs});
`,
    );
    return { file: relative(ROOT, file), seconds };
  });
}

const browser = files.some((file) => file.startsWith('e2e/')) ? await shareChromium() : undefined;
const all = processes();
const took = new Map<string, number>();
const stream = run({
  cwd: ROOT,
  files: all.map(({ file }) => resolve(ROOT, file)),
  concurrency,
  // Of a process: a bundle's files have the time of one each.
  timeout:
    timeoutMs * Math.max(1, ...all.map(({ seconds }) => Math.ceil(seconds / BUNDLE_SECONDS))),
});
stream.on('test:complete', ({ name, file, nesting, details }) => {
  if (!file || nesting > 0) return;
  const own = files.includes(name) ? name : relative(ROOT, file);
  took.set(own, (took.get(own) ?? 0) + details.duration_ms / 1000);
});
stream.on('test:fail', () => {
  process.exitCode = 1;
});
stream.on('end', async () => {
  await browser?.close();
  if (!records) return;
  const timed = Object.entries({ ...known, ...Object.fromEntries(took) })
    .filter(([file]) => files.includes(file))
    .map(([file, time]) => [file, Math.ceil(time)] as const)
    .sort(([a], [b]) => a.localeCompare(b));
  writeFileSync(TIMINGS, `${JSON.stringify(Object.fromEntries(timed), null, 2)}\n`);
});
stream.compose(spec).pipe(process.stdout);
