/** The proxies that TRUST_PROXY names: what they say of a request is believed. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Names that stand for ranges. */
export const namedRanges: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** @param address as `readAddress` spells it; anything else is no proxy */
export type IsProxy = (address: string) => boolean;

/** @param ranges addresses, CIDR ranges and names, checked by `config.ts`; false for none */
export function proxiesIn(ranges: false | readonly string[]): IsProxy {
  if (!ranges) return () => false;
  const list = new BlockList();
  for (const range of ranges.flatMap((name) => namedRanges[name] ?? [name])) {
    const [address = '', bits] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    if (isIPv4(address)) return list.check(address, 'ipv4');
    return isIPv6(address) && list.check(address, 'ipv6');
  };
}
