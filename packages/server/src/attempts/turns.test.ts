import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { QueueFull, Turns } from './turns.ts';

/** Work that ends when it is told to. */
function newQueue(options: { atOnce: number; most: number }) {
  const turns = new Turns(options);
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const take = (name: string, line: string, first = false) =>
    turns.take(line, first, () => {
      started.push(name);
      return new Promise<string>((end) => ends.push(() => end(name)));
    });
  /** Ends what began first, and lets what follows begin. */
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { turns, started, ends, take, endOne };
}

async function endAll({ ends, endOne }: ReturnType<typeof newQueue>): Promise<void> {
  while (ends.length > 0) await endOne();
}

describe('turns', () => {
  test('run no more at once than they may', async () => {
    const queue = newQueue({ atOnce: 2, most: 10 });
    const all = Array.from({ length: 5 }, (_, n) => queue.take(String(n), 'a'));
    assert.deepEqual(queue.started, ['0', '1']);
    await queue.endOne();
    assert.deepEqual(queue.started, ['0', '1', '2']);
    await endAll(queue);
    assert.deepEqual(await Promise.all(all), ['0', '1', '2', '3', '4']);
  });

  test('go round the lines, so that a long one delays only itself', async () => {
    const queue = newQueue({ atOnce: 1, most: 100 });
    const all = [queue.take('running', 'x')];
    for (let n = 0; n < 5; n += 1) all.push(queue.take(`a${n}`, 'a'));
    all.push(queue.take('b0', 'b'), queue.take('b1', 'b'), queue.take('c0', 'c'));
    await endAll(queue);
    const order = ['running', 'a0', 'b0', 'c0', 'a1', 'b1', 'a2', 'a3', 'a4'];
    assert.deepEqual(queue.started, order);
    await Promise.all(all);
  });

  test('when full of equally long lines take from those who do not go first', async () => {
    const queue = newQueue({ atOnce: 1, most: 2 });
    const running = queue.take('running', 'x');
    const strangers = [queue.take('a', 'a'), queue.take('b', 'b')];
    const refused = assert.rejects(strangers[1] as Promise<string>, QueueFull);
    const known = queue.take('known', 'c', true);
    await refused;
    await endAll(queue);
    assert.deepEqual(queue.started, ['running', 'known', 'a']);
    await Promise.all([running, known, strangers[0]]);
  });

  test('when full take the last from the longest line, whoever came', async () => {
    const queue = newQueue({ atOnce: 1, most: 4 });
    const running = queue.take('running', 'x');
    const long = [1, 2, 3].map((n) => queue.take(`a${n}`, 'a'));
    const short = queue.take('b1', 'b');
    const refused = assert.rejects(long[2] as Promise<string>, QueueFull);
    const late = queue.take('c1', 'c');
    await refused;
    await assert.rejects(queue.take('a4', 'a'), QueueFull);
    await endAll(queue);
    assert.deepEqual(queue.started, ['running', 'a1', 'b1', 'c1', 'a2']);
    await Promise.all([running, short, late, long[0], long[1]]);
  });

  test('give their place on when work fails', async () => {
    const turns = new Turns({ atOnce: 1, most: 1 });
    const failing = turns.take('a', false, async () => {
      throw new Error('no');
    });
    const next = turns.take('b', false, async () => 'done');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'done');
    assert.equal(await turns.take('a', false, async () => 'again'), 'again');
  });

  test('serve those who go first before the others, however long those have waited', async () => {
    const queue = newQueue({ atOnce: 1, most: 10 });
    const all = [queue.take('running', 'x'), queue.take('a1', 'a'), queue.take('b1', 'b')];
    all.push(queue.take('known', 'c', true));
    await endAll(queue);
    assert.deepEqual(queue.started, ['running', 'known', 'a1', 'b1']);
    await Promise.all(all);
  });

  test('never keep the others waiting for a stream of those who go first', async () => {
    const queue = newQueue({ atOnce: 1, most: 100 });
    const all = [queue.take('running', 'x'), queue.take('other', 'a')];
    for (let n = 0; n < 20; n += 1) all.push(queue.take(`known ${n}`, 'b', true));
    for (let n = 0; n < 10; n += 1) await queue.endOne();
    assert.ok(queue.started.includes('other'), queue.started.join());
    await endAll(queue);
    await Promise.all(all);
  });
});
