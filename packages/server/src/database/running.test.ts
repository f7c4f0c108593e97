import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { markRunning } from './running.ts';

const installer: { runningInstances(root: string): number[] } = createRequire(import.meta.url)(
  '../../../../scripts/install.cjs',
);
const root = mkdtempSync(join(tmpdir(), 'switchboard-running-'));
after(() => rmSync(root, { recursive: true }));

test('the installer sees a running server, until it ends', () => {
  const unmark = markRunning(root);
  assert.deepEqual(installer.runningInstances(root), [process.pid]);
  unmark();
  assert.deepEqual(installer.runningInstances(root), []);
});

test('the installer ignores the mark of a process whose pid went to another', () => {
  writeFileSync(join(root, '.tmp', 'running', String(process.ppid)), 'another boot 1');
  assert.deepEqual(installer.runningInstances(root), []);
});

test('a server whose folder cannot be written starts all the same', () => {
  markRunning(join('/dev/null', 'read-only'))();
});
