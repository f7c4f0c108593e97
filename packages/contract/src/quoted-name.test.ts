import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quotedName } from './index.ts';

test('a name is quoted as it was sent', () => {
  assert.equal(quotedName('account name'), '"account name"');
  assert.equal(quotedName('שם'), '"שם"');
  assert.equal(quotedName(''), '""');
  assert.equal(quotedName('a"b\\'), '"a\\"b\\\\"');
});

test('what cannot be seen is written out', () => {
  assert.equal(quotedName('\t\n\0'), '"\\t\\n\\u0000"');
  assert.equal(
    quotedName('a\u202eb\u2028\u200b\x7f\x85'),
    '"a\\u202eb\\u2028\\u200b\\u007f\\u0085"',
  );
  assert.equal(quotedName('\u{e0001}'), '"\\udb40\\udc01"');
});

test('a name of any length is short and well-formed, cut between characters', () => {
  assert.equal(quotedName('x'.repeat(50)), `"${'x'.repeat(50)}"`);
  assert.equal(quotedName('x'.repeat(51)), `"${'x'.repeat(50)}…"`);
  assert.equal(quotedName('😀'.repeat(60_000)), `"${'😀'.repeat(50)}…"`);
  assert.equal(quotedName(`${'x'.repeat(49)}😀y`), `"${'x'.repeat(49)}😀…"`);
  for (const name of ['\ud800', '\udfff\ud800', `${'x'.repeat(101)}\ud800`])
    assert.ok(quotedName(name).isWellFormed());
});
