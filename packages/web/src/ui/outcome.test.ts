import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

/** The outcome itself, and a receipt, which the next change takes away. */
const SAYS_SO = ['ui/outcome.tsx', 'console/account/switch/receipt.tsx'];

const ROOT = resolve(import.meta.dirname, '../../../..');

test('no success of a form is said but by its outcome, which an error replaces', () => {
  for (const file of globSync('packages/web/src/**/*.tsx', { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, file), 'utf8');
    if (SAYS_SO.some((name) => file.endsWith(name))) continue;
    assert.doesNotMatch(text, /<Notice kind="good"/, file);
    assert.doesNotMatch(text, /isSuccess &&/, file);
  }
});
