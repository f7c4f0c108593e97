import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { atEnd } from '../testing/ends.ts';
import { newDataDir, startProcess } from '../testing/process.ts';
import { cloneDatabase } from '../testing/service.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const BIN = 'packages/cli/bin/switchboard.cjs';
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-readme-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function paste(script: string, cwd: string, environment: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, ...environment };
  // With a socket for its input bash would read the user's own settings.
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  return spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8', stdio: [...stdio] });
}

/** As npx finds it in this folder: `bin` of package.json, with nothing installed. */
const asNpx = (line: string, root: string) =>
  line.replace(/^npx switchboard/, `"${process.execPath}" "${join(root, BIN)}"`);

describe('the commands of the README', () => {
  test('work as they stand, one after the other, while Switchboard runs', async () => {
    const { host, user, database } = await cloneDatabase();
    const query = new URLSearchParams({ host: `${host}`, user: `${user}` });
    const environment = { DATA_DIR: newDataDir(), SECRET_KEY: '5b'.repeat(32) };
    await startProcess({ ...environment, DATABASE_URL: `postgres:///${database}?${query}` });
    const lines = [...readme.matchAll(/^npx switchboard .+$/gm)].map(([line]) => line);
    // Of the last one it says that it comes after the start on another database.
    const here = lines.filter((line) => !line.startsWith('npx switchboard import move.jsonl'));
    assert.ok(here.length > 7 && here.length === lines.length - 1);
    const folder = newFolder();
    for (const line of here) {
      const { status, stderr } = paste(asNpx(line, ROOT), folder, environment);
      assert.deepEqual([status, stderr], [0, ''], line);
    }
  });

  test('say that Switchboard must be started first, on a fresh clone', () => {
    const folder = newFolder();
    for (const part of ['packages/cli/bin', 'scripts']) {
      mkdirSync(join(folder, part), { recursive: true });
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    }
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    assert.deepEqual(bin, { switchboard: BIN });
    const { status, stderr } = paste(asNpx('npx switchboard server list', folder), folder);
    assert.deepEqual([status, /^Start Switchboard first: "npm start"/.test(stderr)], [2, true]);

    const [, token = ''] = /<!-- pasted: token -->\s*```bash\n(.*?)```/s.exec(readme) ?? [];
    const pasted = paste(token, folder);
    assert.match(pasted.stderr, /^Start Switchboard first: npm start\n/);
  });
});
