/** Addresses as limits count them. */
import { isIPv6 } from 'node:net';

/** The network of one customer: IPv4 whole (also when mapped into IPv6), IPv6 by its /64. */
export function networkOf(address: string): string {
  const groups = groupsOf(address);
  if (!groups) return address;
  return ipv4In(groups) ?? `${groups.slice(0, 4).join(':')}::/64`;
}

/** The /48 around an IPv6 address, which one customer may have whole; undefined for IPv4. */
export function siteNetworkOf(address: string): string | undefined {
  const groups = groupsOf(address);
  return groups && !ipv4In(groups) ? `${groups.slice(0, 3).join(':')}::/48` : undefined;
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): string[] | undefined {
  const [bare = ''] = address.split('%', 1);
  if (!isIPv6(bare)) return undefined;
  // A URL spells every address one way: 64:ff9b::1.2.3.4 becomes 64:ff9b::102:304.
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right];
}

function ipv4In(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined;
  return groups.slice(6).flatMap(bytesOf).join('.');
}

function bytesOf(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
