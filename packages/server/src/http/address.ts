/** Whose address a request comes from, in one spelling for log, limits, sessions and events. */
import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { IsProxy } from '../installation/proxies.ts';

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

// Longer chains are no network's; each hop costs a search of the ranges.
const MOST_HOPS = 20;
const MAPPED = '::ffff:';

type Asked = Pick<FastifyRequest, 'headers' | 'socket'>;

/**
 * The address of the client: the last hop that is no proxy of ours. What proxies wrote that is no
 * address ends the chain at the proxy that wrote it. Undefined on a unix socket.
 */
export function clientAddress({ headers, socket }: Asked, isProxy: IsProxy): string | undefined {
  let address = readAddress(socket.remoteAddress ?? '');
  if (address === undefined || !isProxy(address)) return address;
  for (const hop of hopsOf(headers['x-forwarded-for'])) {
    const before = readAddress(hop);
    if (before === undefined) return address;
    address = before;
    if (!isProxy(address)) return address;
  }
  return address;
}

/** `Host`, or what a proxy of ours has in its place: of more than one the last, which is its own. */
export function clientHost({ headers, socket }: Asked, isProxy: IsProxy): string {
  const forwarded = headers['x-forwarded-host'];
  if (forwarded && isProxy(readAddress(socket.remoteAddress ?? '') ?? ''))
    return String(forwarded).split(',').at(-1)?.trim() ?? '';
  return headers.host ?? '';
}

/** The nearest first. */
function hopsOf(header: string | string[] | undefined): string[] {
  const hops = String(header ?? '').split(',');
  return hops
    .map((hop) => hop.trim())
    .filter(Boolean)
    .reverse()
    .slice(0, MOST_HOPS);
}

/**
 * An address as proxies write it (with a port, in brackets, with a zone, mapped into IPv6, in upper
 * case) in its one spelling: short, lower case, IPv4 where it is one. Undefined for anything else.
 */
export function readAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const [address = ''] = withoutPort(text.trim()).split('%', 1);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const short = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = short.slice(MAPPED.length);
  return short.startsWith(MAPPED) && isIPv4(mapped) ? mapped : short;
}

/** Text in brackets or without colons may be followed by a port; all else stays as it is. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:[]+))(?::\d{1,5})?$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}

/** Loopback, private or link-local. */
export function isPrivateAddress(text: string): boolean {
  const address = readAddress(text);
  if (address === undefined) return false;
  return PRIVATE.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/**
 * Whether a proxy that the configuration does not know may stand before us: everybody would then
 * seem to come from one address. A client on a private address can say the same of itself, so it
 * frees nobody from a limit: such an address counts at a higher one (`docs/security.md`, Hosts).
 */
export function isBehindUnknownProxy(request: FastifyRequest, trustsProxy: boolean): boolean {
  return (
    !trustsProxy &&
    request.headers['x-forwarded-for'] !== undefined &&
    isPrivateAddress(request.socket.remoteAddress ?? '')
  );
}
