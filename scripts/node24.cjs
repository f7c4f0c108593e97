// Which Node runs Switchboard: the one at hand when it is new enough, else the one that npm brought.
// Plain JavaScript for Node >= 20, since it runs before anything of ours can.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);

/**
 * The Node (>= 24) that runs Switchboard.
 * @returns {string} absolute path of its executable
 * @throws {Error} when there is none; the message says what to do
 */
function node24() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const brought = path.join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  if (process.platform === 'linux' && hasGlibc() && fs.existsSync(brought)) return brought;
  throw new Error(`Switchboard needs Node >= 24, this is ${process.version}. ${advice()}`);
}

function advice() {
  if (process.platform === 'win32') return 'On Windows run it inside WSL.';
  if (process.platform !== 'linux') return 'Install Node 24 (https://nodejs.org) and try again.';
  if (!hasGlibc()) return 'The Node from npm needs glibc; on musl (Alpine) install Node >= 24.';
  if (!['x64', 'arm64'].includes(process.arch)) {
    return `npm has none for linux-${process.arch}: install Node >= 24 (https://nodejs.org).`;
  }
  return `npm brings one: run "node scripts/install.cjs" in ${root}, or install Node >= 24.`;
}

function hasGlibc() {
  // Without this the report resolves the names of every open connection first.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime !== undefined;
}

module.exports = { node24 };

if (require.main === module) {
  try {
    process.stdout.write(`${node24()}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
