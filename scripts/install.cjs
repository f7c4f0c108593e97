// Installs the dependencies when package-lock.json changed since the last time, and never under a
// running instance: npm ci deletes node_modules first, the instance's Node and PostgreSQL included.
// Plain JavaScript for Node >= 20, since it runs before anything is installed.
'use strict';

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/**
 * Brings node_modules up to date, or does nothing when it is.
 * @param {string} root absolute path of the repository
 * @throws {Error} when an instance of this folder runs, or npm fails
 */
function install(root) {
  const wanted = stamp(root);
  const stampFile = path.join(root, 'node_modules', '.switchboard-installed');
  if (read(stampFile) === wanted) return;

  const running = runningInstances(root);
  if (running.length > 0) {
    throw new Error(
      `Dependencies must be installed, but Switchboard is running from this folder ` +
        `(process ${running.join(', ')}): stop it and try again.`,
    );
  }
  runNpm(root);
  fs.writeFileSync(stampFile, wanted);
}

/** What an installation depends on: the lock file and the kind of machine. */
function stamp(root) {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  return `${digest} ${process.platform}-${process.arch}\n`;
}

function runNpm(root) {
  process.stderr.write('Installing dependencies…\n');
  // Dev builds the web app and optional holds Node and PostgreSQL, whatever the user's npm omits.
  const args = ['ci', '--include=dev', '--include=optional'];
  args.push('--loglevel=error', '--no-audit', '--no-fund');
  const npm = process.env.npm_execpath ?? '';
  const [command, ...first] = /npm-cli\.c?js$/.test(npm) ? [process.execPath, npm] : ['npm'];
  const { status, signal, error } = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (error) throw new Error(`npm cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`npm ci failed (${signal ?? `exit code ${status}`}).`);
}

/**
 * The processes that marked themselves as running from this folder
 * (`packages/server/src/database/running.ts`); marks of dead ones are removed.
 * @param {string} root absolute path of the repository
 * @returns {number[]} process ids
 */
function runningInstances(root) {
  const folder = path.join(root, '.tmp', 'running');
  const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return names.map(Number).filter((pid) => {
    const file = path.join(folder, String(pid));
    const mark = read(file);
    if (mark !== undefined && mark === processStart(pid)) return true;
    fs.rmSync(file, { force: true });
    return false;
  });
}

/** As `processState(pid)?.started` in process-state.ts, which cannot be imported here yet. */
function processStart(pid) {
  if (process.platform !== 'linux') {
    const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } };
    const { stdout } = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], options);
    const [, state, started] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(stdout ?? '') ?? [];
    return state?.startsWith('Z') ? undefined : started;
  }
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${(read('/proc/sys/kernel/random/boot_id') ?? '').trim()} ${fields[19]}`;
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

module.exports = { install, runningInstances };

if (require.main === module) {
  try {
    install(path.dirname(__dirname));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
