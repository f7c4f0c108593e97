import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountsSearch } from './accounts-search.ts';

test('an address says what is searched, narrowed, sorted and which page', () => {
  const search = {
    q: 'Bakery',
    status: 'disabled',
    server: 'online',
    builder: 'failing',
    entered: 'never',
    sort: '-changed',
    cursor: 'online.8',
  };
  assert.deepEqual(accountsSearch(search), search);
});

test('digits that the router read as a number are searched as text', () => {
  assert.deepEqual(accountsSearch({ q: 4711 }), { q: '4711' });
});

test('an address that says what the list does not know asks for everything', () => {
  const odd = { q: '  ', status: 'x', server: 'A B', builder: 1, entered: true, sort: '--name' };
  assert.deepEqual(accountsSearch(odd), {});
  assert.deepEqual(accountsSearch({ q: { a: 1 }, cursor: ['x'] }), {});
  assert.equal(accountsSearch({ q: '🌊'.repeat(300) }).q, '🌊'.repeat(100));
});
