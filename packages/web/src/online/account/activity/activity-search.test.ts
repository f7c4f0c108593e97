import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activitySearch } from './activity-search.ts';

test('an address says whom and what to show; what it cannot mean is left out', () => {
  assert.deepEqual(activitySearch({ person: 2, kind: 'settings' }), {
    person: 2,
    kind: 'settings',
  });
  assert.deepEqual(activitySearch({ person: 'partner' }), { person: 'partner' });
  for (const person of ['2', 'x', 0, -1, 1.5, 10_000_000, null, [], {}, Number.NaN])
    assert.deepEqual(activitySearch({ person }), {}, String(person));
  for (const kind of ['', 'x', 'constructor', 5, null, ['settings']])
    assert.deepEqual(activitySearch({ kind }), {});
});
