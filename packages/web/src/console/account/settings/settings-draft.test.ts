import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, conflictsOf, keepMine, keepTheirs, readField, type } from './settings-draft.ts';

const account = { account_name: 'Old', builder_url: '' };

test('only what differs from what the account has is a change', () => {
  const typed = type(type({}, account, 'account_name', 'Ol'), account, 'account_name', ' Old ');
  assert.deepEqual(changeOf(account, typed), {});
  assert.deepEqual(changeOf(account, type({}, account, 'account_name', ' New ')), {
    account_name: 'New',
  });
});

test('what another changed in a field that is typed in is a conflict, in another field it is none', () => {
  const draft = type({}, account, 'account_name', 'Mine');
  assert.deepEqual(conflictsOf({ ...account, builder_url: 'https://b.example' }, draft), []);
  const theirs = { ...account, account_name: 'Theirs' };
  assert.deepEqual(conflictsOf(theirs, draft), ['account_name']);
  // Both wrote the same.
  assert.deepEqual(conflictsOf({ ...account, account_name: 'Mine' }, draft), []);
});

test('mine goes over theirs, theirs takes mine away', () => {
  const theirs = { ...account, account_name: 'Theirs' };
  const draft = type({}, account, 'account_name', 'Mine');
  const mine = keepMine(draft, theirs, 'account_name');
  assert.deepEqual(conflictsOf(theirs, mine), []);
  assert.deepEqual(changeOf(theirs, mine), { account_name: 'Mine' });
  assert.deepEqual(changeOf(theirs, keepTheirs(draft, 'account_name')), {});
});

test('a field is read as the server reads it, in code points', () => {
  assert.equal(readField('account_name', '😀'.repeat(100)), '😀'.repeat(100));
  assert.equal(readField('account_name', '😀'.repeat(101)), undefined);
  assert.equal(readField('account_name', '  '), undefined);
  assert.equal(readField('builder_url', ''), '');
  assert.equal(readField('builder_url', 'https://me:pw@b.example'), undefined);
  assert.equal(readField('builder_url', `https://b.example/${'a'.repeat(140)}`), undefined);
});
