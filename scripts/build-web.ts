/**
 * Builds the web app into `packages/web/dist` when its sources changed since the last time, and
 * puts the static files beside it, in `dist/static`: the server reads nothing else of the package.
 * The build is made elsewhere and swapped in whole, its stamp within it: a running server and
 * another build at the same time see the old one or the new one.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/** What the app is made of; its tests are not. */
const SOURCES = [
  'package-lock.json',
  'scripts/build-web.ts',
  'tsconfig.json',
  'packages/web/*',
  'packages/web/{src,static}/**',
  'packages/contract/src/**',
  'packages/sdk/src/**',
];

/**
 * Brings the web app up to date, or does nothing when it is.
 *
 * @param root absolute path of the repository
 * @throws Error when it must be built and cannot be; the message is for people
 */
export function buildWeb(root = ROOT): void {
  const stamp = stampOf(root);
  const dist = join(root, 'packages/web/dist');
  if (read(join(dist, '.stamp')) === stamp) return;

  const work = join(root, '.tmp', `web-${process.pid}`);
  const built = join(work, 'dist');
  mkdirSync(work, { recursive: true });
  try {
    runVite(root, built);
    cpSync(join(root, 'packages/web/static'), join(built, 'static'), { recursive: true });
    writeFileSync(join(built, '.stamp'), stamp);
    swapIn(built, dist, join(work, 'old'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function stampOf(root: string): string {
  const digest = createHash('sha256');
  const files = globSync(SOURCES, { cwd: root, exclude: (name) => /\.test\.tsx?$/.test(name) })
    .filter((file) => statSync(join(root, file)).isFile())
    .sort();
  for (const file of files) {
    const content = readFileSync(join(root, file));
    digest.update(`${file}\0${content.length}\0`).update(content);
  }
  return `${digest.digest('hex')}\n`;
}

function runVite(root: string, outDir: string): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite))
    throw new Error('The web app must be built, but Vite is not installed: run "npm ci".');
  process.stderr.write('Building the web app…\n');
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
    {
      cwd: join(root, 'packages/web'),
      encoding: 'utf8',
      env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    },
  );
  if (status !== 0)
    throw new Error(`The web app cannot be built (${signal ?? status}):\n${stdout}${stderr}`);
}

/** Puts a build in the place of another, which goes to `old`; the last of two builds stays. */
function swapIn(built: string, dist: string, old: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (existsSync(dist)) renameSync(dist, `${old}-${attempt}`);
      renameSync(built, dist);
      return;
    } catch (error) {
      // Another build was between the two: it took the old one away, or put its own there.
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (attempt === 10 || !['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
    }
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  try {
    buildWeb();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
