import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../installation/folder.ts';

/** The account that PostgreSQL runs under when we are root, since it refuses to be root. */
export type Account = { uid: number; gid: number };

/** Where the private PostgreSQL of one DATA_DIR lives. Every path is absolute. */
export type Place = {
  /** The database's own folder; its parent is DATA_DIR, or a folder of ours that the account can reach. */
  dataFolder: string;
  base: string;
  socketFolder: string;
  /** The account to run PostgreSQL under; undefined for our own. */
  account: Account | undefined;
  /** Where copies of the binaries belong. */
  copies: string;
  /** The file in DATA_DIR that names `dataFolder` where that lies elsewhere. */
  pointer: string | undefined;
};

const nobody: Account = { uid: 65534, gid: 65534 };
const shared = '/var/lib/switchboard';
// The limit is 107 bytes on Linux and 103 on macOS.
const socketPathBytes = 103;

/**
 * Decides where the database of `dataDir` (absolute, existing) lives: in it, but under
 * /var/lib/switchboard when we are root and the account of PostgreSQL cannot reach it, as in a
 * clone in /root. Once made a database stays where it is; copying DATA_DIR never shares one.
 *
 * @throws Error when a database exists that this process cannot use; the message says what to do.
 */
export function findPlace(dataDir: string): Place {
  const home = realpathSync(dataDir);
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const elsewhere = join(shared, name);
  const pointer = join(home, 'postgres-location');
  const root = process.getuid?.() === 0;

  const pointed = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : undefined;
  if (pointed !== undefined) refuseForeign(pointed, join(elsewhere, 'postgres'), pointer);
  const inside = ownerOf(join(home, 'postgres'));
  const account = root ? (inside ?? ownerOf(join(elsewhere, 'postgres')) ?? nobody) : undefined;
  const stays = pointed === undefined && (!account || canReach(home, account));
  if (!stays && inside) {
    throw new Error(
      `User ${account?.uid} cannot reach the database in ${home}: chmod o+x its parent folders.`,
    );
  }
  const base = stays ? home : elsewhere;
  if (!stays && root) makeShared(base);
  const dataFolder = join(base, 'postgres');
  const owner = ownerOf(dataFolder)?.uid;
  if (!root && owner !== undefined && owner !== process.getuid?.()) {
    throw new Error(
      `${dataFolder} belongs to user ${owner}: run Switchboard as that user or root.`,
    );
  }
  return {
    dataFolder,
    base,
    socketFolder: socketFolderOf(base, name, account),
    account,
    copies: root ? shared : home,
    pointer: stays ? undefined : pointer,
  };
}

/** Tells the operator, who looks in DATA_DIR, where the database is. Call it once the database exists. */
export function recordPlace({ pointer, dataFolder }: Place): void {
  if (pointer !== undefined) writeFileSync(pointer, `${dataFolder}\n`);
}

/** Makes `path` a folder of the account that runs PostgreSQL, for nobody else to enter. */
export function makePrivateFolder(path: string, account: Account | undefined): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
  let found = lstatSync(path);
  if (account && found.isDirectory() && found.uid === 0) {
    chownSync(path, account.uid, account.gid);
    found = lstatSync(path);
  }
  // In a folder open to all, somebody else may have made it first.
  const wanted = account?.uid ?? process.getuid?.();
  if (!found.isDirectory() || found.uid !== wanted || (found.mode & 0o077) !== 0) {
    throw new Error(`${path} must be a folder of user ${wanted} with mode 0700: remove it.`);
  }
}

function refuseForeign(pointed: string, own: string, pointer: string): void {
  if (pointed !== own) {
    throw new Error(
      `${pointer} names the database ${pointed}, which belongs to another DATA_DIR: ` +
        `if this one was moved, move the database to ${own} and write that into the file; ` +
        'if it is a copy, remove the file to start with an empty database.',
    );
  }
  if (!existsSync(own)) {
    throw new Error(
      `${pointer} names the database ${own}, which is missing: ` +
        'restore it, or remove the file to start with an empty one.',
    );
  }
}

function makeShared(base: string): void {
  makeFolder(base);
  for (const folder of [shared, base]) chmodSync(folder, 0o755);
}

function socketFolderOf(base: string, name: string, account: Account | undefined): string {
  const choices = [join(base, 'socket'), join(tmpdir(), `switchboard-${name}`)];
  return (
    choices.find(
      (folder, choice) =>
        Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= socketPathBytes &&
        (choice === 0 || !account || canReach(tmpdir(), account)),
    ) ?? `/tmp/switchboard-${name}`
  );
}

/** The owner of a folder that exists and is not root's. */
function ownerOf(folder: string): Account | undefined {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

function canReach(folder: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$0"', folder], { ...account, cwd: '/' }).status === 0;
}
