import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LookQueue } from './look-queue.ts';

/** A queue whose looks end when the test says so. */
function startQueue(restMs = 0) {
  const begun: string[] = [];
  const open = new Map<string, () => void>();
  const queue = new LookQueue<string>(
    (item) =>
      new Promise((end) => {
        assert.equal(open.has(item), false, 'looked at twice at a time');
        begun.push(item);
        open.set(item, end);
      }),
    () => restMs,
  );
  const end = async (item: string) => {
    const over = open.get(item) ?? assert.fail(`${item} is not looked at`);
    open.delete(item);
    over();
    await turn();
  };
  return { queue, begun, end };
}

describe('looks', () => {
  test('that are asked for while one is under way are merged into one that begins after it', async () => {
    const { queue, begun, end } = startQueue();
    for (let n = 0; n < 10; n += 1) queue.soon('a');
    assert.deepEqual(begun, ['a']);
    await end('a');
    assert.deepEqual(begun, ['a', 'a']);
    await end('a');
    assert.deepEqual(begun, ['a', 'a']);
  });

  test('of one account do not hold up those of another', async () => {
    const { queue, begun } = startQueue();
    for (let n = 0; n < 10; n += 1) queue.soon('a');
    queue.soon('b');
    assert.deepEqual(begun, ['a', 'b']);
  });

  test('are four at a time, and what waits comes in turn', async () => {
    const { queue, begun, end } = startQueue();
    for (const item of ['a', 'b', 'c', 'd', 'e', 'f', 'e']) queue.soon(item);
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
    queue.soon('a');
    await end('a');
    await end('b');
    await end('c');
    assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e', 'f', 'a']);
  });

  test('that nobody asked for are one at a time, and come after those that somebody did', async () => {
    const { queue, begun, end } = startQueue();
    for (const item of ['a', 'b', 'c', 'd']) queue.soon(item);
    for (const item of ['x', 'y', 'a', 'e']) queue.routinely(item);
    queue.soon('e');
    for (const item of ['a', 'b', 'c']) await end(item);
    assert.deepEqual(begun.slice(4), ['e', 'x']);
    await end('x');
    assert.deepEqual(begun.slice(4), ['e', 'x', 'y']);
    await end('y');
    await end('e');
    await end('d');
    assert.deepEqual(begun.slice(4), ['e', 'x', 'y']);
  });

  test('of an account that rests wait for the end of its rest, and are not lost', async () => {
    const { queue, begun, end } = startQueue(20);
    queue.soon('a');
    await end('a');
    queue.soon('a');
    assert.deepEqual(begun, ['a']);
    while (begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    assert.deepEqual(begun, ['a', 'a']);
  });
});
