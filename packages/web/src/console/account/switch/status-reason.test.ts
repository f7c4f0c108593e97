import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReason, readReason, writeReason } from './status-reason.ts';

test('category and words become one text, and are read out of it again', () => {
  assert.equal(writeReason('not_paid', ' invoice 7 '), 'Not paid: invoice 7');
  assert.deepEqual(readReason('Not paid: invoice 7'), { category: 'not_paid', words: 'invoice 7' });
  assert.equal(writeReason('abuse', ' '), 'Abuse');
  assert.deepEqual(readReason('Abuse'), { category: 'abuse', words: '' });
  assert.deepEqual(readReason('Invoice 7'), { words: 'Invoice 7' });
});

test('the whole of it has at most 256 code points', () => {
  assert.ok(isReason(writeReason('other', '😀'.repeat(249))));
  assert.ok(!isReason(writeReason('other', '😀'.repeat(250))));
});
