import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { hashPassword, turns, verifyPassword } from './password.ts';

test('keeps a password as argon2id with the OWASP parameters, salted anew each time', async () => {
  const [one, two] = await Promise.all([hashPassword('Sésame 1!'), hashPassword('Sésame 1!')]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, two);
});

test('accepts the password that was hashed and no other', async () => {
  const stored = await hashPassword('Sésame 1!');
  assert.equal(await verifyPassword(stored, 'Sésame 1!'), true);
  for (const other of ['', 'sésame 1!', 'Sésame 1! ', 'Sesame 1!', 'Sésame 1!\0']) {
    assert.equal(await verifyPassword(stored, other), false, JSON.stringify(other));
  }
});

test('accepts a hash made with earlier parameters, by the parameters in the hash', async () => {
  const earlier = await hash('Sésame 1!', { memoryCost: 8192, timeCost: 3 });
  assert.equal(await verifyPassword(earlier, 'Sésame 1!'), true);
});

test('lets nobody in by a broken hash, and does not throw', async () => {
  const stored = await hashPassword('x');
  const broken = ['', 'x', '$argon2id$', stored.slice(0, 40), stored.slice(0, -1), `${stored}\0`];
  const foreign = ['$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'salt:key'];
  for (const it of [...broken, ...foreign]) {
    assert.equal(await verifyPassword(it, 'x'), false, JSON.stringify(it));
  }
});

test('starts work in order of arrival, two at once, and goes on after work that failed', async () => {
  const inTurn = turns(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const all = Array.from({ length: 6 }, (_, i) =>
    inTurn(async () => {
      started.push(i);
      await new Promise<void>((done) => {
        finish[i] = done;
      });
      if (i % 2 === 1) throw new Error('failed');
    }),
  );
  const settled = Promise.allSettled(all);
  const soon = () => new Promise((done) => setImmediate(done));
  await soon();
  assert.deepEqual(started, [0, 1]);
  finish[1]?.(); // the later one ends first, and fails
  await soon();
  assert.deepEqual(started, [0, 1, 2]);
  finish[0]?.();
  finish[2]?.();
  await soon();
  assert.deepEqual(started, [0, 1, 2, 3, 4]);
  for (const i of [3, 4]) finish[i]?.();
  await soon();
  finish[5]?.();
  const outcomes = (await settled).map((it) => it.status === 'fulfilled');
  assert.deepEqual(outcomes, [true, false, true, false, true, false]);
});

test('answers every one of a crowd, broken hashes among them', async () => {
  const stored = await hashPassword('x');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => verifyPassword(i % 4 === 3 ? 'broken' : stored, 'x')),
  );
  assert.deepEqual(
    answers,
    answers.map((_, i) => i % 4 !== 3),
  );
});

test('takes as long for an unknown person as for a wrong password', async () => {
  const stored = await hashPassword('right');
  const wrong: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    wrong.push(await milliseconds(() => verifyPassword(stored, 'wrong')));
    unknown.push(await milliseconds(() => hashPassword('wrong')));
  }
  const ratio = median(wrong) / median(unknown);
  assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`);
});

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
