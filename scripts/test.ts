/**
 * `npm test`: types, lint, dead code, then every test on one PostgreSQL with a migrated template,
 * then the (endpoint, reason) pairs that the tests saw. `npm run check` stops before the tests;
 * `npm run e2e` runs the browser specs alone, and SWITCHBOARD_SKIP_E2E=1 the others alone;
 * `npm run races` runs the races alone, each of its 500 rounds.
 * SWITCHBOARD_TEST_POSTGRES names another PostgreSQL than the embedded one, as JSON for `pg`; its
 * database must be empty and becomes the template.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { startEmbedded } from '../packages/server/src/database/embedded.ts';
import { migrate } from '../packages/server/src/database/migrate.ts';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { markRunning } from '../packages/server/src/database/running.ts';
import { removeDataDir } from '../packages/server/src/testing/data-dir.ts';
import { comparePairs } from '../packages/server/src/testing/pairs.ts';
import { buildWeb } from './build-web.ts';
import type { RunOptions } from './run-tests.ts';

const ROOT = resolve(import.meta.dirname, '..');
// A test that waits for ever must not hang the run. It holds for a whole file, too.
const TEST_TIMEOUT_MS = 300_000;
const RACES_TIMEOUT_MS = 3_600_000;
// Files at a time: they wait for the database half of their time. A browser takes 300 MB.
const CONCURRENCY = Math.min(6, availableParallelism() + 1);

const races = process.argv.includes('--races');
/** Writes down how long each file took. */
const records = process.argv.includes('--record');

type Check = { name: string; run: () => boolean };

const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

/** Runs a program with this Node first on the PATH, whatever Node came with the machine. */
function run(command: string, args: string[], env: Record<string, string> = {}): boolean {
  const path = `${resolve(process.execPath, '..')}:${process.env.PATH}`;
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env, PATH: path, REDOCLY_TELEMETRY: 'off' },
  });
  return status === 0;
}

const checks: Check[] = [
  { name: 'types (tsc)', run: () => run(process.execPath, [bin('tsc'), '-p', 'tsconfig.json']) },
  // One program for each app: a program has one router.
  ...['packages/web', 'packages/web/src/online', 'packages/web/src/console'].map((project) => ({
    name: `types of ${project} (tsc)`,
    run: () => run(process.execPath, [bin('tsc'), '-p', project]),
  })),
  { name: 'lint and format (Biome)', run: () => run(process.execPath, [bin('biome'), 'check']) },
  { name: 'dead code (knip)', run: () => run(process.execPath, [bin('knip')]) },
];

async function runTests(files: string[], comparesPairs: boolean): Promise<boolean> {
  const timeoutMs = races ? RACES_TIMEOUT_MS : TEST_TIMEOUT_MS;
  buildWeb();
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-test-run-'));
  const given = process.env.SWITCHBOARD_TEST_POSTGRES;
  const log = ({ message }: { message: string }) => process.stdout.write(`${message}\n`);
  const embedded = given ? undefined : await startEmbedded({ dataDir, durable: false, log });
  const connection: pg.PoolConfig = embedded?.connection ?? JSON.parse(given ?? '');
  const pairs = join(dataDir, 'pairs');
  try {
    const database = openPostgres({ connection });
    await migrate(database);
    await database.close();
    const options: RunOptions = { files, concurrency: CONCURRENCY, timeoutMs, records };
    const passed = run(
      process.execPath,
      [join(import.meta.dirname, 'run-tests.ts'), JSON.stringify(options)],
      {
        SWITCHBOARD_TEST_POSTGRES: JSON.stringify(connection),
        SWITCHBOARD_TEST_PAIRS: pairs,
        ...(races && { SWITCHBOARD_RACES: 'full' }),
        // Hundreds of processes read the same modules.
        NODE_COMPILE_CACHE: join(ROOT, '.tmp', 'compile-cache'),
      },
    );
    return (!comparesPairs || comparePairsIn(pairs)) && passed;
  } finally {
    await embedded?.stop();
    removeDataDir(dataDir, embedded?.dataFolder ?? dataDir);
  }
}

function comparePairsIn(file: string): boolean {
  const seen = new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean));
  const { missing, unlisted, undeclared } = comparePairs(seen);
  for (const pair of missing) process.stdout.write(`no test reached: ${pair}\n`);
  for (const pair of unlisted) process.stdout.write(`reached, take it off the list: ${pair}\n`);
  for (const failure of undeclared) process.stdout.write(`${failure}: add it to the call\n`);
  return missing.length + unlisted.length + undeclared.length === 0;
}

type Result = [name: string, outcome: 'passed' | 'FAILED' | 'NOT RUN'];

async function main(): Promise<void> {
  const unmark = markRunning(ROOT);
  const browserOnly = process.argv.includes('--browser-only');
  const results: Result[] = [];
  if (!browserOnly && !races)
    for (const check of checks) {
      process.stdout.write(`\n── ${check.name}\n`);
      results.push([check.name, check.run() ? 'passed' : 'FAILED']);
    }
  if (!process.argv.includes('--checks-only')) results.push(...(await test(browserOnly)));
  unmark();
  process.stdout.write('\n');
  for (const [name, outcome] of results) process.stdout.write(`${outcome.padEnd(8)}${name}\n`);
  process.exitCode = results.some(([, outcome]) => outcome === 'FAILED') ? 1 : 0;
}

async function test(browserOnly: boolean): Promise<Result[]> {
  const browser = globSync('e2e/**/*.test.ts', { cwd: ROOT }).sort();
  const others = globSync(
    races
      ? ['packages/server/src/**/*races*.test.ts']
      : ['packages/*/src/**/*.test.ts', 'scripts/*.test.ts'],
    { cwd: ROOT },
  ).sort();
  const skip = !browserOnly && process.env.SWITCHBOARD_SKIP_E2E === '1';
  const files = [...(browserOnly ? [] : others), ...(skip || races ? [] : browser)];
  const name = `tests (${files.length} files)`;
  const left = `browser specs (${browser.length} files): SWITCHBOARD_SKIP_E2E=1`;
  process.stdout.write(`\n── ${name}${skip ? `, without the ${left}` : ''}\n`);
  const passed = await runTests(files, !browserOnly && !races);
  const result: Result = [name, passed ? 'passed' : 'FAILED'];
  return skip ? [result, [left, 'NOT RUN']] : [result];
}

await main();
