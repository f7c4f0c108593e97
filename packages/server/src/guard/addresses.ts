/** Which addresses are out in the world, and which are inside somebody's own networks. */
import { BlockList, isIP } from 'node:net';

// IANA's special-purpose registries, and multicast.
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];

// All of IPv6 that is routed in the world. What maps, translates or embeds IPv4 is outside
// (::/96, ::ffff:0:0/96, 64:ff9b::/96, 64:ff9b:1::/48), as are local and multicast addresses.
const GLOBAL_IPV6 = ['2000::/3'];

const SPECIAL_IPV6 = [
  // Protocol assignments: Teredo, benchmarking, ORCHID and others.
  '2001::/23',
  '2001:db8::/32',
  // 6to4: it embeds IPv4.
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
];

const special4 = listed(SPECIAL_IPV4, 'ipv4');
const global6 = listed(GLOBAL_IPV6, 'ipv6');
const special6 = listed(SPECIAL_IPV6, 'ipv6');

/**
 * Whether an address belongs to nobody's own network, to no protocol and to no example.
 *
 * @param address as a resolver or `new URL(…).hostname` spells it, without brackets; whatever is
 *   no address, or names a zone, is not public
 */
export function isPublicAddress(address: string): boolean {
  const version = address.includes('%') ? 0 : isIP(address);
  if (version === 4) return !special4.check(address, 'ipv4');
  if (version === 6) return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
  return false;
}

function listed(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
