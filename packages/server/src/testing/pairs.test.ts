import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointNames, eventTypes } from '@switchboard/contract';
import { comparePairs, expectedPairs } from './pairs.ts';

test('every endpoint has pairs to be seen, and none twice', () => {
  const expected = expectedPairs();
  assert.equal(new Set(expected).size, expected.length);
  for (const name of endpointNames) assert.ok(expected.includes(`${name} 40 503`), name);
  assert.ok(expected.includes('updateAccount 33 404'));
  for (const type of eventTypes) assert.ok(expected.includes(`event ${type}`), type);
  assert.equal(
    expected.some((pair) => pair.endsWith(' 500')),
    false,
  );
});

test('a pair that no test saw and the list does not hold is missing', () => {
  const expected = expectedPairs();
  const seen = new Set(expected);
  assert.deepEqual(comparePairs(seen).missing, []);
  seen.delete('updateAccount 33 404');
  assert.deepEqual(comparePairs(seen).missing, ['updateAccount 33 404']);
});
