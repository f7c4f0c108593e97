import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Account, Place } from './embedded-place.ts';

/** What PostgreSQL's programs see of our environment: nothing that could change what they do. */
export const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the database's folder unless it exists. A folder that exists is complete: it is made under
 * another name and then renamed, so that an interrupted first start leaves nothing behind.
 *
 * @throws Error when the folder is of another major version, or is not a database.
 */
export async function makeDataFolder(
  { base, dataFolder, account }: Place,
  programs: { binaries: string; major: number; durable: boolean },
): Promise<void> {
  removeLeftovers(base);
  const versionFile = join(dataFolder, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const found = readFileSync(versionFile, 'utf8').trim();
    if (found === String(programs.major)) return;
    throw new Error(
      `${dataFolder} is of PostgreSQL ${found}, this Switchboard brings ${programs.major}: export ` +
        'it with the Switchboard that wrote it, then import the file here into a new DATA_DIR.',
    );
  }
  if (existsSync(dataFolder) && readdirSync(dataFolder).length > 0) {
    throw new Error(`${dataFolder} is not empty and not a database: move it away.`);
  }
  const fresh = mkdtempSync(join(base, 'postgres.new-'));
  if (account) chownSync(fresh, account.uid, account.gid);
  await initdb(fresh, account, programs);
  renameSync(fresh, dataFolder);
  syncFolder(base);
}

async function initdb(
  folder: string,
  account: Account | undefined,
  { binaries, durable }: { binaries: string; durable: boolean },
): Promise<void> {
  const args = ['-D', folder, '-U', 'switchboard', '--auth-local=trust', '--auth-host=reject'];
  // The collation is PostgreSQL's own, so that it is the same on every system.
  args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin');
  args.push('--builtin-locale=C.UTF-8', '--no-instructions');
  if (!durable) args.push('--no-sync');
  const child = spawn(join(binaries, 'bin', 'initdb'), args, {
    ...account,
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [words, code] = await Promise.all([text(child.stderr), ended]);
  if (code !== 0) throw new Error(`initdb failed in ${folder}: ${words.trim()}`);
}

/** What killed first starts left. An initdb still at work there fails; its rest goes next time. */
function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    if (!name.startsWith('postgres.new-')) continue;
    try {
      rmSync(join(base, name), { recursive: true, force: true });
    } catch {}
  }
}

/** Makes a rename in `folder` survive a power cut. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
