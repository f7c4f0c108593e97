import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../../..');
const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const [, unit = ''] = /```ini\n(.*?)```/s.exec(page) ?? [];

/** Section → names of its settings, in their order. */
const sections = Object.fromEntries(
  unit.split(/^\[(?=\w+\]$)/m).map((text) => {
    const [name = '', ...lines] = text.split('\n').filter(Boolean);
    return [name.replace(']', ''), lines.map((line) => line.split('=', 1)[0] ?? '')];
  }),
);

describe('the documented systemd unit', () => {
  test('starts after network and database, comes back, and starts with the machine', () => {
    for (const line of unit.split('\n').filter(Boolean))
      assert.match(line, /^(\[(Unit|Service|Install)\]|[A-Z]\w+=\S.*)$/);
    const { Unit, Service, Install } = sections;
    assert.ok(Unit?.includes('After') && Install?.includes('WantedBy'));
    for (const name of ['User', 'WorkingDirectory', 'Restart', 'RestartSec', 'LimitNOFILE'])
      assert.ok(Service?.includes(name), name);
  });

  test('runs scripts that are there, and the server on a Node that can', () => {
    const commands = [...unit.matchAll(/^ExecStart(?:Pre)?=\/bin\/sh -c '(.*)'$/gm)];
    // systemd reads `$$` as a dollar sign.
    const [install, build, serve] = commands.map(([, script = '']) => script.replaceAll('$$', '$'));
    for (const script of [install, build, serve])
      for (const [file] of (script ?? '').matchAll(/[\w./-]+\.(cjs|ts)\b/g))
        assert.ok(existsSync(join(ROOT, file)), file);
    // Without its last word the server says how it is used.
    const usage = (serve ?? '').replace(/ serve$/, '');
    const { stderr } = spawnSync('/bin/sh', ['-c', usage], { cwd: ROOT, encoding: 'utf8' });
    assert.equal(stderr, 'Usage: main.ts start|serve|migrate\n');
  });

  test('is one that systemd takes, where there is one to ask', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-unit-'));
    const file = join(folder, 'switchboard.service');
    writeFileSync(
      file,
      unit.replace('User=switchboard', 'User=root').replace('/srv/switchboard', ROOT),
    );
    const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', file], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    if (error) return t.skip(`systemd-analyze did not run: ${error.message}`);
    // What other units of this machine lack is not ours.
    const ours = stderr.split('\n').filter((line) => line.includes('switchboard'));
    assert.deepEqual(ours, [], `systemd-analyze verify: ${status}`);
  });
});
