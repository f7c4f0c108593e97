import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { networkOf, siteNetworkOf } from './network.ts';

describe('networkOf', () => {
  const networks: [address: string, network: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0:0:ffff::', '2001:db8:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['1:2:3:4::', '1:2:3:4::/64'],
    ['::2:3:4:5:6:1.2.3.4', '0:2:3:4::/64'],
    ['64:ff9b::1.2.3.4', '64:ff9b:0:0::/64'],
    ['::1.2.3.4', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    ['unknown', 'unknown'],
  ];
  for (const [address, network] of networks)
    test(`counts "${address}" as "${network}"`, () => {
      assert.equal(networkOf(address), network);
    });
});

describe('siteNetworkOf', () => {
  const sites: [address: string, site: string | undefined][] = [
    ['2001:db8:1:2::3', '2001:db8:1::/48'],
    ['2001:db8:1:ffff:1:2:3:4', '2001:db8:1::/48'],
    ['2001:DB8:0001::', '2001:db8:1::/48'],
    ['::1', '0:0:0::/48'],
    ['fe80::1%eth0', 'fe80:0:0::/48'],
    ['203.0.113.7', undefined],
    ['::ffff:203.0.113.7', undefined],
    ['unknown', undefined],
    ['', undefined],
  ];
  for (const [address, site] of sites)
    test(`counts "${address}" within ${site ?? 'no site'}`, () => {
      assert.equal(siteNetworkOf(address), site);
    });
});
