#!/usr/bin/env node
// Runs the command line on a Node that can: the repository's own, else the one at hand.
// Plain JavaScript for Node >= 20, as scripts/node24.cjs.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '../../..');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const USAGE = 2;

function node() {
  const finder = path.join(ROOT, 'scripts/node24.cjs');
  if (!fs.existsSync(finder)) return process.execPath;
  // A fresh clone: npx finds this file, which needs what the first start installs.
  if (!fs.existsSync(path.join(ROOT, 'node_modules', 'commander')))
    throw new Error(`Start Switchboard first: "npm start" in ${ROOT} installs what this needs.`);
  return require(finder).node24();
}

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = USAGE;
}

try {
  const main = path.join(__dirname, '../src/main.ts');
  // Half of a command's time is spent on reading modules; where it cannot write, it reads as ever.
  const env = { NODE_COMPILE_CACHE: path.join(ROOT, '.tmp/compile-cache'), ...process.env };
  const child = spawn(node(), [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', fail);
  child.on('exit', (code, signal) => {
    if (!signal) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
} catch (error) {
  fail(error);
}
