import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../../..');
const server = 'packages/server/src';

/** File, and what it imports (`docs/architecture.md`, who may import whom). */
const forbidden: [string, string][] = [
  ['packages/contract/src/x.ts', '@switchboard/sdk'],
  ['packages/contract/src/x.ts', '../../sdk/src/index.ts'],
  ['packages/sdk/src/x.ts', '@switchboard/server/testing'],
  ['packages/sdk/src/x.ts', '../../server/src/app.ts'],
  ['packages/cli/src/x.ts', '@switchboard/server/testing'],
  ['packages/cli/src/x.ts', '../../server/src/config.ts'],
  ['packages/web/src/pages/x.tsx', '@switchboard/server/testing'],
  ['packages/web/src/pages/online/x.tsx', '../../../../server/src/config.ts'],
  ['packages/web/src/ui/x.tsx', '@switchboard/sdk'],
  ['packages/web/src/ui/x.tsx', '@tanstack/react-query'],
  ['e2e/x.test.ts', '../packages/server/src/app.ts'],
  ['e2e/x.test.ts', '@switchboard/server'],
  ['e2e/x.ts', '@switchboard/web'],
  [`${server}/x.ts`, '@switchboard/sdk'],
  [`${server}/x.ts`, '../../contract/src/index.ts'],
  [`${server}/x.ts`, 'pg'],
  [`${server}/x.test.ts`, '../../sdk/src/index.ts'],
  [`${server}/http/x.ts`, 'pg'],
  [`${server}/http/x.ts`, '../database/postgres.ts'],
  [`${server}/http/x.ts`, '../app.ts'],
  [`${server}/database/x.ts`, '../http/answers.ts'],
  [`${server}/database/x.ts`, '../accounts/account.ts'],
  ...['accounts', 'partners', 'people', 'events', 'agents', 'delivery', 'mail'].flatMap(
    (feature): [string, string][] =>
      [
        'pg',
        'fastify',
        '@switchboard/sdk',
        '../config.ts',
        '../app.ts',
        '../http/answers.ts',
        '../database/postgres.ts',
        '../operations.ts',
        '../others/create-other.ts',
        '../others/login-agent.ts',
      ].map((imported) => [`${server}/${feature}/x.ts`, imported]),
  ),
];

const allowed: [string, string][] = [
  ['packages/sdk/src/x.ts', '@switchboard/contract'],
  ['packages/cli/src/x.ts', '@switchboard/sdk'],
  ['packages/cli/src/x.test.ts', '@switchboard/server/testing'],
  ['packages/web/src/pages/x.tsx', '@switchboard/sdk'],
  ['e2e/x.test.ts', '@switchboard/server/testing'],
  ['e2e/x.test.ts', '@switchboard/sdk'],
  ['e2e/x.test.ts', './browser.ts'],
  [`${server}/x.ts`, '@switchboard/contract'],
  [`${server}/x.test.ts`, '@switchboard/sdk'],
  [`${server}/accounts/x.test.ts`, 'pg'],
  [`${server}/testing-x.ts`, 'pg'],
  [`${server}/database/x.ts`, 'pg'],
  [`${server}/http/x.ts`, '../partners/access-token.ts'],
  [`${server}/accounts/x.ts`, '../partners/partner.ts'],
  [`${server}/accounts/x.ts`, '../events/event.ts'],
  [`${server}/accounts/x.ts`, '../database/database.ts'],
  [`${server}/accounts/x.ts`, '../operation.ts'],
  [`${server}/accounts/x.ts`, './create-account.ts'],
];

describe('the rules of who may import whom', () => {
  const repo = mkdtempSync(join(tmpdir(), 'switchboard-imports-'));
  after(() => rmSync(repo, { recursive: true, force: true }));
  copyFileSync(join(ROOT, 'biome.json'), join(repo, 'biome.json'));

  test('refuse every import that is forbidden', () => {
    const refused = refusedOf(repo, 'forbidden', forbidden);
    assert.deepEqual(
      forbidden.filter((_, index) => !refused.has(index)),
      [],
    );
  });

  test('let through what is allowed', () => {
    const refused = refusedOf(repo, 'allowed', allowed);
    assert.deepEqual(
      allowed.filter((_, index) => refused.has(index)),
      [],
    );
  });
});

/** The positions of the imports that Biome refuses, each held up in a file of its own. */
function refusedOf(repo: string, prefix: string, imports: [string, string][]): Set<number> {
  const files = imports.map(([file, imported], index) => {
    const held = file.replace(/(^|\/)((testing-)?x)\./, `$1$2${prefix}${index}.`);
    mkdirSync(dirname(join(repo, held)), { recursive: true });
    writeFileSync(join(repo, held), `import { a } from '${imported}';\na();\n`);
    return held;
  });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
      ...['lint', '--only=style/noRestrictedImports', '--reporter=json', '--vcs-enabled=false'],
      ...['--max-diagnostics=none', ...files],
    ],
    { cwd: repo, encoding: 'utf8' },
  );
  assert.match(stdout, /"diagnostics"/, stderr);
  const found = (JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] })
    .diagnostics;
  return new Set(found.map(({ location }) => files.indexOf(location.path)));
}
