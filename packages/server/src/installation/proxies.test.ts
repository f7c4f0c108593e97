import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { proxiesIn } from './proxies.ts';

describe('the proxies of TRUST_PROXY', () => {
  const ranges: [string, string[], string[]][] = [
    ['192.0.2.1', ['192.0.2.1'], ['192.0.2.2', '', 'unknown']],
    ['10.0.0.0/8', ['10.0.0.1', '10.255.0.1'], ['11.0.0.1', '::1']],
    ['2001:db8::/32', ['2001:db8::1'], ['2001:db9::1', '10.0.0.1']],
    ['0.0.0.0/0', ['203.0.113.8'], ['2001:db8::1']],
    ['loopback', ['127.0.0.1', '127.1.2.3', '::1'], ['10.0.0.1', 'fe80::1']],
    ['linklocal', ['169.254.1.1', 'fe80::1'], ['127.0.0.1']],
    ['uniquelocal', ['10.0.0.1', '172.16.0.1', '192.168.0.1', 'fd00::1'], ['172.32.0.1']],
    ['::ffff:192.0.2.1', ['192.0.2.1'], ['192.0.2.2']],
    ['::ffff:10.0.0.0/104', ['10.1.2.3'], ['11.0.0.1']],
  ];
  for (const [range, proxies, others] of ranges)
    test(`are those of ${range} and no others`, () => {
      const isProxy = proxiesIn([range]);
      assert.deepEqual(
        proxies.filter((address) => !isProxy(address)),
        [],
      );
      assert.deepEqual(others.filter(isProxy), []);
    });

  test('are none while it is off', () => {
    assert.equal(proxiesIn(false)('127.0.0.1'), false);
  });
});
