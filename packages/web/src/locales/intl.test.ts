import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type MemberExpression, parseSync, Visitor } from 'oxc-parser';

const ROOT = resolve(import.meta.dirname, '../../../..');

/** Where each package calls it; what they are asked with there comes from no browser but in web. */
const homes = new Set([
  'packages/web/src/locales/intl.ts',
  'packages/contract/src/pages/settings.ts',
  'packages/server/src/mail/words.ts',
  'packages/cli/src/text.ts',
]);

/** What throws for a locale or a time zone that is none: `Intl` and what is made of it. */
function callsIn(file: string, text: string): string[] {
  const { program, errors } = parseSync(file, text);
  assert.deepEqual(errors, [], file);
  const found: string[] = [];
  const look = ({ object, property, start, end }: MemberExpression) => {
    const isIntl = object.type === 'Identifier' && object.name === 'Intl';
    const isOf = property.type === 'Identifier' && /^(toLocale|localeCompare)/.test(property.name);
    if (isIntl || isOf) found.push(`${file}: ${text.slice(start, end)}`);
  };
  new Visitor({ MemberExpression: look }).visit(program);
  return found;
}

test('each package calls Intl in one place, the pages where nothing of a browser makes it throw', () => {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: ROOT }).filter(
    (file) => !/\.test\.tsx?$|\/testing\//.test(file),
  );
  const found = files.flatMap((file) => callsIn(file, readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(
    found.filter((call) => !homes.has(call.slice(0, call.indexOf(':')))),
    [],
  );
  for (const home of homes)
    assert.ok(
      found.some((call) => call.startsWith(home)),
      home,
    );
});

test('a call of Intl, a date or a comparison in the words of a locale would be found', () => {
  for (const call of [
    'new Intl.DateTimeFormat()',
    'Intl.supportedValuesOf("unit")',
    'date.toLocaleString()',
    'a.localeCompare(b)',
  ])
    assert.equal(callsIn('x.tsx', `export const x = ${call};`).length, 1, call);
});
