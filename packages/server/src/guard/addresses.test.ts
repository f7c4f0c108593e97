import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isPublicAddress } from './addresses.ts';

describe('an address', () => {
  test('is public where the world is routed', () => {
    for (const address of [
      ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
      ...['172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '223.255.255.255'],
      ...['2606:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001::1', '2001:200::1'],
    ])
      assert.equal(isPublicAddress(address), true, address);
  });

  test('is not public in anybody’s own network, of a protocol, or in an example', () => {
    for (const address of [
      ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255'],
      ...['127.0.0.1', '127.255.255.254', '169.254.0.1', '169.254.169.254', '172.16.0.1'],
      ...['172.31.255.255', '192.0.0.1', '192.0.0.170', '192.0.2.1', '192.88.99.1', '192.168.0.1'],
      ...['198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1'],
      ...['239.255.255.255', '240.0.0.1', '255.255.255.255'],
      ...['::', '::1', '::2', '::127.0.0.1', '::8.8.8.8', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
      ...['::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::7f00:1'],
      ...['100::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1', '2001:10::1'],
      ...['2001:20::1', '2001:db8::1', '2002:7f00:1::', '2002:808:808::1', '3fff::1', '5f00::1'],
      ...['fc00::1', 'fd00:ec2::254', 'fdff::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1'],
      ...['ff00::1', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ])
      assert.equal(isPublicAddress(address), false, address);
  });

  test('is not public when it is none, or names a zone', () => {
    for (const text of ['', 'localhost', '8.8.8', '08.8.8.8', '[2606:4700::1]', '2606:4700::1%1'])
      assert.equal(isPublicAddress(text), false, text);
  });

  test('that embeds another in the ways of transition is not public, whichever it is', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(part, part, part, part, (a, b, c, d) => {
        const ipv4 = `${a}.${b}.${c}.${d}`;
        const hex = [a * 256 + b, c * 256 + d].map((word) => word.toString(16)).join(':');
        for (const address of [`::ffff:${ipv4}`, `::${ipv4}`, `64:ff9b::${ipv4}`, `2002:${hex}::1`])
          assert.equal(isPublicAddress(address), false, address);
      }),
    );
  });
});
