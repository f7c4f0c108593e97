/** Whose address a request comes from. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

const PRIVATE = new BlockList();
PRIVATE.addSubnet('127.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE.addSubnet('100.64.0.0', 10, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** Loopback, private or link-local, IPv4 also when mapped. */
export function isPrivateAddress(address: string): boolean {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(bare)) return PRIVATE.check(bare, 'ipv4');
  return isIPv6(bare) && PRIVATE.check(bare, 'ipv6');
}

/**
 * Whether a proxy that the configuration does not know stands before us: everybody then seems to
 * come from one address, and a limit per address would lock out all of them (`entry.md`).
 */
export function isBehindUnknownProxy(request: FastifyRequest, trustsProxy: boolean): boolean {
  return (
    !trustsProxy &&
    request.headers['x-forwarded-for'] !== undefined &&
    isPrivateAddress(request.socket.remoteAddress ?? '')
  );
}
