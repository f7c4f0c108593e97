import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { describe, test } from 'node:test';
import { exceptions, problemOf } from './testing/import-table.ts';
import { type Import, importsOf, ROOT } from './testing/imports.ts';

const SERVER = 'packages/server/src';
const features = ['accounts', 'partners', 'people', 'events', 'agents', 'attempts', 'mail', 'new'];
const feature = (name: string) => `packages/server/src/${name}/x.ts`;

/** A file, and what it would import; `{ name }` before it where it matters which. */
const forbidden: [string, string][] = [
  ['packages/contract/src/x.ts', '@switchboard/sdk'],
  ['packages/contract/src/x.ts', '../../sdk/src/index.ts'],
  ['packages/sdk/src/x.ts', '@switchboard/server/testing'],
  ['packages/sdk/src/x.ts', '../../contract/src/index.ts'],
  ['packages/cli/src/x.ts', '@switchboard/server/testing'],
  ['packages/cli/src/x.test.ts', '../../server/src/testing/service.ts'],
  ['packages/web/src/signing-in/x.tsx', '@switchboard/server/testing'],
  ['packages/web/src/online/account/x.tsx', '../../../../server/src/config.ts'],
  ['packages/web/src/ui/x.tsx', '@switchboard/sdk'],
  ['packages/web/src/ui/x.tsx', '@tanstack/react-query'],
  ['packages/web/src/ui/x.tsx', '../api/call.ts'],
  ['packages/web/src/ui/x.tsx', '../signing-in/sign-in.tsx'],
  ['packages/web/src/api/x.ts', '../ui/mark.tsx'],
  ['packages/web/src/signing-in/x.tsx', '../online/routes.tsx'],
  ['e2e/x.test.ts', '../packages/server/src/app.ts'],
  ['e2e/x.test.ts', '@switchboard/server'],
  ['e2e/x.ts', '@switchboard/web'],
  [`${SERVER}/app.ts`, '@switchboard/sdk'],
  [`${SERVER}/app.ts`, './database/open.ts'],
  [`${SERVER}/app.ts`, './service.ts'],
  [`${SERVER}/operations.ts`, './http/body/body.ts'],
  [`${SERVER}/operation.ts`, './accounts/account.ts'],
  [`${SERVER}/x.test.ts`, '../../sdk/src/index.ts'],
  [`${SERVER}/http/x.ts`, 'pg'],
  [`${SERVER}/http/pages/x.ts`, '../../database/postgres.ts'],
  [`${SERVER}/http/x.ts`, '../app.ts'],
  [`${SERVER}/http/x.ts`, '../testing/service.ts'],
  [`${SERVER}/http/x.ts`, '../accounts/create-account.ts'],
  [`${SERVER}/database/x.ts`, '../http/body/body.ts'],
  [`${SERVER}/database/x.ts`, '../accounts/account.ts'],
  [`${SERVER}/nowhere.ts`, '@switchboard/contract'],
  ...features.flatMap((name): [string, string][] =>
    [
      ...['pg', 'fastify', '@fastify/x', '@switchboard/sdk', '../config.ts', '../app.ts'],
      ...[
        '../http/body/body.ts',
        '../database/postgres.ts',
        '../operations.ts',
        '../quickstart/quickstart.ts',
      ],
      ...[name === 'partners' ? '../agents/login-agent.ts' : '../partners/create-partner.ts'],
      ...[name === 'people' ? '../agents/login-agent.ts' : '../people/sessions/sign-in.ts'],
      ...(name === 'agents' ? [] : ['{ listAgents } ../agents/agent.ts', '* ../agents/agent.ts']),
    ].map((imported) => [feature(name), imported]),
  ),
];

const allowed: [string, string][] = [
  ['packages/sdk/src/x.ts', '@switchboard/contract'],
  ['packages/cli/src/x.ts', '@switchboard/sdk'],
  ['packages/cli/src/x.test.ts', '@switchboard/server/testing'],
  ['packages/web/src/signing-in/x.tsx', '@switchboard/sdk'],
  ['packages/web/src/online/x.tsx', '@tanstack/react-query'],
  ['packages/web/src/online/account/x.tsx', '../../signing-in/disabled.tsx'],
  ['packages/web/src/ui/x.tsx', '../locales/language.ts'],
  ['e2e/x.test.ts', '@switchboard/server/testing'],
  ['e2e/x.test.ts', './browser.ts'],
  [`${SERVER}/operations.ts`, './accounts/create-account.ts'],
  [`${SERVER}/service.ts`, './database/open.ts'],
  [`${SERVER}/x.test.ts`, '@switchboard/sdk'],
  [`${SERVER}/accounts/x.test.ts`, 'pg'],
  [`${SERVER}/testing/x.ts`, 'pg'],
  [`${SERVER}/database/x.ts`, 'pg'],
  [`${SERVER}/http/x.ts`, '../partners/credentials/access-token.ts'],
  [`${SERVER}/http/x.ts`, 'fastify'],
  [`${SERVER}/accounts/x.ts`, '../partners/partner.ts'],
  [`${SERVER}/accounts/x.ts`, '{ loadAgent } ../agents/agent.ts'],
  [`${SERVER}/accounts/x.ts`, '../events/event.ts'],
  [`${SERVER}/accounts/x.ts`, '../database/database.ts'],
  [`${SERVER}/accounts/x.ts`, '../operation.ts'],
  [`${SERVER}/accounts/x.ts`, './create-account.ts'],
  [`${SERVER}/accounts/x.ts`, 'sql-template-tag'],
];

/** The import in each of the ways in which it can be written. */
function waysOf([file, written]: [string, string]): Import[] {
  const [imported = '', what = '{ a }'] = written.split(/ (?=[^ ]+$)/).reverse();
  const star = what === '*';
  const codes = [
    star ? `import * as a from '${imported}';` : `import ${what} from '${imported}';`,
    star ? `export * from '${imported}';` : `export type ${what} from '${imported}';`,
  ];
  // These mean all of it.
  if (what === '{ a }')
    codes.push(`await import('${imported}');`, `type A = import('${imported}').A;`);
  return codes.flatMap((code) => importsOf(file, code));
}

describe('the rules of who may import whom', () => {
  test('refuse every import that is forbidden, however it is written', () => {
    for (const one of forbidden)
      for (const written of waysOf(one)) assert.ok(problemOf(written), one.join(' ▶ '));
  });

  test('let through what is allowed', () => {
    for (const one of allowed) assert.equal(problemOf(waysOf(one)[0] as Import), undefined);
  });

  test('are kept by every file', () => {
    const files = globSync(['packages/*/{,src/**/}*.{ts,tsx}', '{e2e,bench,scripts}/**/*.ts'], {
      cwd: ROOT,
      exclude: ['**/node_modules/**', '**/dist/**'],
    });
    assert.ok(files.length > 300, String(files.length));
    const imports = files.flatMap((file) => importsOf(file));
    assert.deepEqual(imports.map(problemOf).filter(Boolean), []);
    const written = new Set(imports.map(({ file, imported }) => `${file} ▶ ${imported}`));
    const idle = Object.keys(exceptions).filter((exception) => !written.has(exception));
    assert.deepEqual(idle, []);
  });
});
