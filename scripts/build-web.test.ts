import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, beforeEach, describe, test } from 'node:test';

/** In place of Vite: notes that it ran, and writes one source into the build, slowly. */
const BUILDER = `
  const fs = require('node:fs');
  fs.appendFileSync('../../builds', '.');
  const outDir = process.argv[process.argv.indexOf('--outDir') + 1];
  const source = fs.readFileSync('src/main.ts', 'utf8');
  if (source === 'broken') { console.error('main.ts is broken'); process.exit(1); }
  fs.mkdirSync(outDir, { recursive: true });
  setTimeout(() => fs.writeFileSync(outDir + '/main.js', source), 200);
`;

describe('the web app', () => {
  const root = mkdtempSync(join(tmpdir(), 'switchboard-web-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const built = () => readFileSync(join(root, 'packages/web/dist/main.js'), 'utf8');
  const builds = () => readFileSync(join(root, 'builds'), 'utf8').length;

  beforeEach(async () => {
    rmSync(root, { recursive: true, force: true });
    write('node_modules/vite/bin/vite.js', BUILDER);
    write('package-lock.json', '{}');
    write('packages/web/index.html', '<!doctype html>');
    write('packages/web/src/main.ts', 'first');
    write('packages/web/static/style.css', 'first');
    write('packages/contract/src/index.ts', 'first');
    await build(root);
  });

  test('is built once, and again when a source, the contract or the lock file changed', async () => {
    assert.equal(built(), 'first');
    await build(root);
    assert.equal(builds(), 1);
    const changes = ['packages/web/src/new/page.tsx', 'packages/web/static/style.css'];
    changes.push('packages/web/index.html', 'scripts/build-web.ts');
    for (const file of [...changes, 'packages/contract/src/index.ts', 'package-lock.json']) {
      const before = builds();
      write(file, 'second');
      await build(root);
      await build(root);
      assert.equal(builds(), before + 1, file);
    }
  });

  test('has the static files in a folder of its own', async () => {
    const style = join(root, 'packages/web/dist/static/style.css');
    assert.equal(readFileSync(style, 'utf8'), 'first');
    write('packages/web/static/style.css', 'second');
    await build(root);
    assert.equal(readFileSync(style, 'utf8'), 'second');
  });

  test('is not built again for a test or for what nothing reads', async () => {
    write('packages/web/src/main.test.ts', 'a test');
    write('packages/server/src/main.ts', 'elsewhere');
    await build(root);
    assert.equal(builds(), 1);
  });

  test('needs no Vite while it is up to date, and says so when it is not', async () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    assert.equal(await build(root), '');
    write('packages/web/src/main.ts', 'second');
    await assert.rejects(build(root), /Vite is not installed/);
    assert.equal(built(), 'first');
  });

  test('stays as it was when a build fails, and the next one tries again', async () => {
    write('packages/web/src/main.ts', 'broken');
    await assert.rejects(build(root), /main\.ts is broken/);
    await assert.rejects(build(root), /main\.ts is broken/);
    assert.equal(built(), 'first');
    write('packages/web/src/main.ts', 'mended');
    await build(root);
    assert.equal(built(), 'mended');
  });

  test('is whole after several builds at once, and nothing of them is left behind', async () => {
    write('packages/web/src/main.ts', 'second');
    await Promise.all([build(root), build(root), build(root), build(root)]);
    assert.equal(built(), 'second');
    assert.ok(existsSync(join(root, 'packages/web/dist/.stamp')));
    assert.deepEqual(readdirSync(join(root, '.tmp')), []);
    const before = builds();
    await build(root);
    assert.equal(builds(), before);
  });
});

/** Builds in a process of its own; answers what it said, throws it when it failed. */
async function build(root: string): Promise<string> {
  const module = JSON.stringify(join(import.meta.dirname, 'build-web.ts'));
  const script = `import { buildWeb } from ${module}; buildWeb(${JSON.stringify(root)});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  const ended = once(child, 'exit');
  const said = await text(child.stderr);
  const [code] = await ended;
  if (code !== 0) throw new Error(said);
  return said;
}
