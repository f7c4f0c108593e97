import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, test } from 'node:test';
import { Refusal } from '@switchboard/contract';
import { startService } from '../../testing/service.ts';
import { TokenFailures } from './operator-failures.ts';

const TOKEN = 'a-token-of-the-operator';

describe("the operator's token on TCP", () => {
  /** HTTP status and body of one call, from an address of this machine. */
  const call = (url: string, localAddress: string, token: string | undefined) =>
    new Promise<[number, Record<string, unknown>, string | undefined]>((resolve, reject) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const options = { method: 'POST', localAddress, headers, agent: false };
      request(`${url}/operator/listPartners`, options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        const { 'retry-after': retryAfter } = response.headers;
        resolve([response.statusCode ?? 0, JSON.parse(text), retryAfter]);
      })
        .on('error', reject)
        .end('{}');
    });

  test('is compared with ten wrong ones of an address, then with none, also the right one', async () => {
    const { operatorUrl } = await startService({ environment: { OPERATOR_TOKEN: TOKEN } });
    for (let tries = 0; tries < 10; tries++)
      assert.equal((await call(operatorUrl, '127.0.0.2', 'wrong'))[0], 401);
    for (const token of ['wrong', TOKEN]) {
      const [http, body, retryAfter] = await call(operatorUrl, '127.0.0.2', token);
      assert.deepEqual([http, body.status, body.reason], [429, 'FAIL', 3]);
      assert.equal(
        body.message,
        'Too many wrong operator tokens; wait as long as Retry-After says (seconds).',
      );
      assert.ok(Number(retryAfter) > 590 && Number(retryAfter) <= 600);
    }
    assert.equal((await call(operatorUrl, '127.0.0.1', TOKEN))[0], 200);
  });

  test('is no guess where there is none', async () => {
    const { operatorUrl } = await startService({ environment: { OPERATOR_TOKEN: TOKEN } });
    for (let tries = 0; tries < 20; tries++)
      assert.equal((await call(operatorUrl, '127.0.0.1', undefined))[0], 401);
    assert.equal((await call(operatorUrl, '127.0.0.1', TOKEN))[0], 200);
  });
});

describe('failures of operator tokens', () => {
  const start = () => {
    const clock = { now: 1_000 };
    return { clock, failures: new TokenFailures(() => clock.now) };
  };
  const isRefused = (failures: TokenFailures, address: string) => {
    try {
      failures.check(address);
      return false;
    } catch (error) {
      assert.ok(error instanceof Refusal && error.reason === 'too_many_failures');
      return true;
    }
  };
  const fail = (failures: TokenFailures, address: string, times = 1) => {
    for (let n = 0; n < times; n++) failures.count(address);
  };

  test('block an address for 10 minutes from the tenth', () => {
    const { clock, failures } = start();
    fail(failures, '203.0.113.8', 9);
    clock.now += 590_000;
    assert.equal(isRefused(failures, '203.0.113.8'), false);
    fail(failures, '203.0.113.8');
    clock.now += 599_999;
    assert.equal(isRefused(failures, '203.0.113.8'), true);
    clock.now += 1;
    assert.equal(isRefused(failures, '203.0.113.8'), false);
  });

  test('of one /64 count together', () => {
    const { failures } = start();
    for (let n = 1; n <= 10; n++) fail(failures, `2001:db8::${n}`);
    assert.equal(isRefused(failures, '2001:db8::ffff'), true);
    assert.equal(isRefused(failures, '2001:db8:0:1::1'), false);
  });

  test('of a hundred leave one to each address, and never refuse one that has not failed', () => {
    const { clock, failures } = start();
    for (let n = 0; n < 100; n++) fail(failures, `203.0.113.${n}`);
    assert.equal(isRefused(failures, '203.0.113.0'), true);
    assert.equal(isRefused(failures, '198.51.100.1'), false);
    clock.now += 600_000;
    assert.equal(isRefused(failures, '203.0.113.0'), false);
  });

  test('are forgotten beyond 10,000 addresses, the oldest first', () => {
    const { failures } = start();
    for (let n = 0; n < 10_000; n++) fail(failures, `10.1.${n >> 8}.${n & 255}`);
    assert.equal(isRefused(failures, '10.1.0.0'), true);
    fail(failures, '203.0.113.8');
    assert.equal(isRefused(failures, '10.1.0.0'), false);
    assert.equal(isRefused(failures, '10.1.0.1'), true);
  });
});
