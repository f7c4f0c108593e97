import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generate } from 'otplib';
import type { Db } from '../../database/database.ts';
import { appUri, newAppSecret, stepOf } from './app-code.ts';

// Far from this machine's own clock: the database's counts.
const EPOCH = 1_000_000_015;
const db = { query: async () => [{ epoch: EPOCH }] } as unknown as Db;

test('a code is good in its half minute, the one before and the one after, by the database’s clock', async () => {
  const secret = newAppSecret();
  for (const [offset, step] of [
    [-60, undefined],
    [-30, -1],
    [0, 0],
    [30, 1],
    [60, undefined],
  ] as const) {
    const code = await generate({ secret, epoch: EPOCH + offset });
    const expected = step === undefined ? undefined : Math.floor(EPOCH / 30) + step;
    assert.equal(await stepOf(db, secret, code, 0), expected, `${offset} s`);
  }
});

test('a code no later than the last that was taken is none', async () => {
  const secret = newAppSecret();
  const code = await generate({ secret, epoch: EPOCH });
  const step = Math.floor(EPOCH / 30);
  assert.equal(await stepOf(db, secret, code, step), undefined);
  assert.equal(await stepOf(db, secret, code, step - 1), step);
});

test('an app is told what every app understands: SHA-1, six digits, half a minute', () => {
  const secret = newAppSecret();
  assert.match(secret, /^[A-Z2-7]{52}$/);
  const uri = new URL(appUri(secret, 'ada@example.com'));
  assert.equal(decodeURIComponent(uri.pathname), '/Switchboard:ada@example.com');
  const { searchParams: said } = uri;
  assert.deepEqual([said.get('secret'), said.get('issuer')], [secret, 'Switchboard']);
  // What is not said is so by default.
  assert.ok([null, 'SHA1'].includes(said.get('algorithm')), `${uri}`);
  assert.ok([null, '6'].includes(said.get('digits')), `${uri}`);
  assert.ok([null, '30'].includes(said.get('period')), `${uri}`);
});
