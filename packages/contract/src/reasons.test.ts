import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReasonName, Refusal, reasonOf, reasons } from './index.ts';

/** What clients rely on: number → HTTP statuses. */
const TABLE: Record<number, number[]> = {
  2: [400, 401, 413],
  3: [401, 429],
  13: [405],
  20: [422],
  32: [409],
  33: [404, 422],
  34: [404, 422],
  35: [404, 422],
  36: [422],
  37: [422],
  38: [422],
  39: [422],
  40: [500, 503],
  41: [412],
  42: [400, 409],
  43: [429],
  44: [404, 421],
  ...Object.fromEntries([45, 46, 47, 48, 49, 50, 51, 52, 53, 54].map((number) => [number, [422]])),
  65: [404, 422],
  66: [409],
  67: [422],
  68: [409, 422],
  69: [403],
  70: [403],
  71: [403],
  72: [404, 422],
  73: [409, 422],
  74: [409],
  75: [422],
  76: [422],
  77: [404, 409, 422],
  78: [422],
  79: [422],
  80: [403],
};

test('a partner meets exactly the numbers and HTTP statuses of the documented table', () => {
  const met: Record<number, number[]> = {};
  for (const { number, http } of Object.values(reasons)) {
    if (number >= 100) continue;
    met[number] = [...new Set([...(met[number] ?? []), http])].sort();
  }
  assert.deepEqual(met, TABLE);
});

test('every reason has whole sentences for people', () => {
  for (const [name, { sentence, cause, fix }] of Object.entries(reasons))
    for (const text of [sentence, cause, fix])
      assert.match(text, /^[^a-z].*\.$|^\w+.* .*\.$/s, name);
});

test('a reason is found again by its number and HTTP status', () => {
  for (const [name, { number, http }] of Object.entries(reasons)) {
    const found = reasonOf(number, http) as ReasonName;
    assert.deepEqual([reasons[found].number, reasons[found].http], [number, http], name);
  }
  assert.equal(reasonOf(33, 200) === undefined, false);
  assert.equal(reasonOf(9999, 200), undefined);
});

test('a refusal carries its words, number and status', () => {
  const plain = new Refusal('rate_limited');
  assert.deepEqual(
    [plain.message, plain.number, plain.http],
    [reasons.rate_limited.sentence, 43, 429],
  );
  assert.equal(new Refusal('rate_limited', { message: 'Own words.' }).message, 'Own words.');
});
