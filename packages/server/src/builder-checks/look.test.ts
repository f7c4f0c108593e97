import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createRawServer, type Server } from 'node:net';
import { describe, test } from 'node:test';
import { Guard } from '../guard/guarded-fetch.ts';
import {
  ELSEWHERE_CERTIFICATE,
  EXPIRED_CERTIFICATE,
  GOOD_CERTIFICATE,
  SELF_SIGNED_CERTIFICATE,
  TEST_AUTHORITY,
  TEST_KEY,
} from '../testing/certificates.ts';
import { atEnd } from '../testing/ends.ts';
import { type Looking, lookAt } from './look.ts';

const guard = new Guard({ ca: TEST_AUTHORITY });
atEnd(() => guard.close());

const look = (origin: string, changes: Partial<Looking> = {}) =>
  lookAt(origin, { guard, userAgent: 'Test', httpHosts: [], allowPrivate: true, ...changes });

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => server.close());
  return `https://localhost:${(server.address() as AddressInfo).port}`;
};

const serve = (listener: RequestListener, cert = GOOD_CERTIFICATE): Promise<string> =>
  listening(createServer({ cert, key: TEST_KEY }, listener));

const answering = (status: number, headers: Record<string, string> = {}): Promise<string> =>
  serve((_request, response) => response.writeHead(status, headers).end('x'.repeat(100_000)));

describe('a look at a builder', () => {
  test('finds it in order whatever it answers below 500, and says how long its certificate holds', async () => {
    for (const status of [200, 204, 302, 401, 403, 404, 405, 429]) {
      const { state, tlsDays } = await look(
        await answering(status, status === 302 ? { location: 'https://sso.example/' } : {}),
      );
      assert.equal(state, 'ok', String(status));
      assert.ok(tlsDays && tlsDays > 10_000);
    }
  });

  test('tells a fault of its own from one of its certificate, and from nobody there', async () => {
    for (const status of [500, 502, 503, 599])
      assert.equal((await look(await answering(status))).state, 'server_error');
    for (const cert of [EXPIRED_CERTIFICATE, ELSEWHERE_CERTIFICATE, SELF_SIGNED_CERTIFICATE])
      assert.deepEqual(await look(await serve((_, response) => response.end(), cert)), {
        state: 'bad_tls',
      });
    const reset = await listening(createRawServer((socket) => socket.resetAndDestroy()));
    assert.equal((await look(reset)).state, 'unreachable');
    assert.equal((await look('https://nowhere.invalid')).state, 'unreachable');
    assert.equal((await look('https://localhost:1')).state, 'unreachable');
  });

  test('asks for its front page and nothing else, by name', async () => {
    const asked: unknown[] = [];
    const origin = await serve(({ method, url, headers }, response) => {
      asked.push([method, url, headers['user-agent'], headers.authorization, headers.cookie]);
      response.end();
    });
    await look(origin, { userAgent: 'Switchboard-builder-check/1.2.3' });
    assert.deepEqual(asked, [
      ['GET', '/', 'Switchboard-builder-check/1.2.3', undefined, undefined],
    ]);
  });

  test('is none at private addresses and at hosts that are allowed over http', async () => {
    let reached = 0;
    const origin = await serve((_request, response) => {
      reached += 1;
      response.end();
    });
    assert.deepEqual(await look(origin, { allowPrivate: false }), { state: 'not_checked' });
    assert.deepEqual(await look(origin, { httpHosts: ['localhost'] }), { state: 'not_checked' });
    for (const host of ['10.0.0.1', '169.254.169.254', '[::1]', '[fd00::1]'])
      assert.equal((await look(`https://${host}`, { allowPrivate: false })).state, 'not_checked');
    assert.equal(reached, 0);
  });
});
