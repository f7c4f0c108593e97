import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import type { Entered } from '../../agents/gate.ts';
import { EventStream } from './event-stream.ts';

describe('a stream', () => {
  test('of a session that lives longer than a timer can wait does not end at once', async () => {
    const stream = new EventStream(Buffer.alloc(32));
    let ended = false;
    const raw = { write: () => true, writableLength: 0, end: () => (ended = true) };
    const entered = { endsInMs: 60 * 24 * 3600 * 1000 } as Entered;
    stream.begin(entered, () => raw as unknown as ServerResponse);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(ended, false);
    stream.end();
    assert.equal(ended, true);
  });
});
