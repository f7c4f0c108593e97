import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byDay, changesOf, wordOf } from './activity-words.ts';

const nextDay = 'next day';
const nine = { open: '09:00', close: '17:00' };

test('hours that changed are told day by day, without the days that stayed', () => {
  const changes = changesOf(
    'settings.updated',
    {
      business_hours: { from: { mon: nine, tue: null }, to: { mon: null, tue: null } },
      role: { from: 'agent', to: 'administrator' },
    },
    nextDay,
  );
  assert.deepEqual(changes, [
    { key: 'business_hours', day: 'mon', from: '09:00–17:00', to: 'closed' },
    { key: 'role', from: 'agent', to: 'administrator' },
  ]);
});

test('hours in either form are told alike, and those that go on after midnight say so', () => {
  const night = { open: '22:00', close: '02:00' };
  const changes = changesOf(
    'settings.updated',
    {
      business_hours: {
        from: { mon: nine, tue: nine, wed: null },
        to: { mon: [nine, night], tue: [nine], wed: [] },
      },
    },
    nextDay,
  );
  assert.deepEqual(changes, [
    {
      key: 'business_hours',
      day: 'mon',
      from: '09:00–17:00',
      to: '09:00–17:00, 22:00–02:00 (next day)',
    },
  ]);
});

test('a value that is not there has a word, and so have status, role and language', () => {
  for (const nothing of ['', null, undefined])
    assert.equal(wordOf('builder_url', nothing), 'common.none');
  assert.equal(wordOf('account_status', 0), 'status.disabled');
  assert.equal(wordOf('role', 'administrator'), 'role.administrator');
  assert.equal(wordOf('role', 'viewer'), 'memberRole.viewer');
  assert.equal(wordOf('mode', 'original'), 'credentials.modes.original');
  assert.equal(wordOf('requires_second_factor', true), 'partnerProfile.factor.true');
  assert.equal(wordOf('language', 'he'), 'language.he');
  assert.equal(wordOf('account_name', 'agent'), undefined);
});

test('days that changed stand in the order of the week', () => {
  const always = { fri: [nine], mon: [nine], sun: [nine] };
  const changes = changesOf(
    'settings.updated',
    { business_hours: { from: null, to: always } },
    nextDay,
  );
  assert.deepEqual(
    changes.map(({ day }) => day),
    ['sun', 'mon', 'fri'],
  );
});

test('a day with several spans is told with each of them', () => {
  const evening = { open: '18:00', close: '22:00' };
  const [change] = changesOf(
    'settings.updated',
    {
      business_hours: { from: { mon: [nine] }, to: { mon: [nine, evening] } },
    },
    nextDay,
  );
  assert.deepEqual(change, {
    ...{ key: 'business_hours', day: 'mon' },
    ...{ from: '09:00–17:00', to: '09:00–17:00, 18:00–22:00' },
  });
});

test('entries stand under their days, in their order', () => {
  const days = byDay(['b2', 'b1', 'a2'], (entry) => entry.slice(0, 1));
  assert.deepEqual(days, [
    ['b', ['b2', 'b1']],
    ['a', ['a2']],
  ]);
});

test('what the sentence says is not said again: a removal is one line', () => {
  const was = (from: unknown) => ({ from, to: null });
  const changes = { name: was('Noa'), email: was('noa@example.com'), role: was('agent') };
  assert.deepEqual(changesOf('agent.removed', changes, nextDay), []);
  const status = { account_status: { from: 1, to: 0 } };
  const named = { account_name: { from: 'A', to: 'B' } };
  assert.deepEqual(changesOf('account.suspended', { ...status, ...named }, nextDay), [
    { key: 'account_name', from: 'A', to: 'B' },
  ]);
});
