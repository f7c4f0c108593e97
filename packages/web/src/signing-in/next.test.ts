import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNext } from './next.ts';

test('goes on to a path of this origin, with its query', () => {
  for (const path of ['/accounts/8/agents', '/profile', '/accounts/8?x=//y', '/a#b'])
    assert.equal(safeNext(path), path);
});

test('never leads to another origin, whatever the browser would make of it', () => {
  const foreign = [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    ' /accounts',
    'accounts',
    '/a\\b',
    '',
  ];
  for (const path of foreign) assert.equal(safeNext(path), undefined, path);
});

test('never leads back to signing in', () => {
  for (const path of ['/', '/sign-in', '/sign-in?next=/sign-in', '/second-factor'])
    assert.equal(safeNext(path), undefined, path);
});

test('takes nothing but a string', () => {
  for (const value of [undefined, null, 8, ['/accounts'], {}])
    assert.equal(safeNext(value), undefined);
});
