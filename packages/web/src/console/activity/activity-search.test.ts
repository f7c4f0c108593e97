import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayBefore, filtersOf, partnerActivitySearch } from './activity-search.ts';

test('an address says what activity to show; what it cannot mean is left out', () => {
  const search = {
    ...{ kind: 'people', account: 8, server: 'online', actor: 'swb_ci_1' },
    ...{ from: '2026-11-01', to: '2026-11-27' },
  };
  assert.deepEqual(partnerActivitySearch(search), search);
  // The router reads an agent's number as a number.
  assert.deepEqual(partnerActivitySearch({ actor: 3 }), { actor: '3' });
  assert.deepEqual(partnerActivitySearch({ server: 'online' }), {});
  for (const junk of ['', ' ', 'x y', '../..', 1.5, null, [], {}, '2026-13-01', '2026-02-30'])
    assert.deepEqual(
      partnerActivitySearch({ kind: junk, account: junk, server: 'online', from: junk, to: junk }),
      {},
      String(junk),
    );
});

test('the days of an address go from the beginning of the first to the end of the last', () => {
  const { after, before } = filtersOf({ from: '2026-11-01', to: '2026-11-01' });
  assert.equal(after, new Date(2026, 10, 1).getTime() / 1000);
  assert.equal(before, new Date(2026, 10, 2).getTime() / 1000);
  assert.deepEqual(filtersOf({ account: 8, server: 'online', kind: 'account' }), {
    ...{ account_id: 8, server: 'online', kind: 'account' },
  });
  assert.match(dayBefore(0), /^\d{4}-\d{2}-\d{2}$/);
});
