/** For tests: a live stream as a page has it open. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { Visitor } from './visitor.ts';

type LiveEvent = { name: string; data: Record<string, unknown> };

export type TestLive = {
  /** HTTP status; anything but 200 has no events. */
  http: number;
  /** Every event so far. */
  events: LiveEvent[];
  /** The next event, read once each; undefined when the stream ended before it. */
  next(): Promise<LiveEvent | undefined>;
  /** When the stream ended, in milliseconds of `performance.now()`. */
  ended: Promise<number>;
  close(): void;
};

/** Opens `/api/workspace/{accountId}/live` with a visitor's cookies, at any node. */
export const openLive = (baseUrl: string, visitor: Visitor, accountId: number) =>
  openStream(baseUrl, visitor, `/api/workspace/${accountId}/live`);

export function openStream(
  baseUrl: string,
  visitor: Visitor,
  path: `/${string}`,
): Promise<TestLive> {
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
  const headers = { host: new URL(visitor.origin).host, cookie };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${baseUrl}${path}`, { headers }, (incoming) => {
      const events: LiveEvent[] = [];
      let read = 0;
      let over = false;
      let wake = () => {};
      let text = '';
      const { promise: ended, resolve: end } = Promise.withResolvers<number>();
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        events.push(...blocks.flatMap(eventIn));
        wake();
      });
      incoming.on('error', () => {});
      incoming.on('close', () => {
        over = true;
        end(performance.now());
        wake();
      });
      resolve({
        http: incoming.statusCode ?? 0,
        events,
        ended,
        close: () => outgoing.destroy(),
        next: async () => {
          while (read >= events.length && !over)
            await new Promise<void>((woken) => {
              wake = woken;
            });
          const event = events[read];
          read += 1;
          return event;
        },
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function eventIn(block: string): LiveEvent[] {
  const name = /^event: (.*)$/m.exec(block)?.[1];
  if (name === undefined) return [];
  const data = /^data: (.*)$/m.exec(block)?.[1];
  assert.ok(data !== undefined, block);
  return [{ name, data: JSON.parse(data) }];
}
