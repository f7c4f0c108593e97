/** The limits of tries by where they come from; why is in `docs/entering.md`, Bounds. */
import { createHash } from 'node:crypto';
import type { Surroundings } from '../operation.ts';
import type { Limit } from './attempt.ts';
import { networkOf, siteNetworkOf } from './network.ts';

/** Where tries come from. */
export type From = Pick<Surroundings, 'address' | 'addressShared'>;

const PER_NAME = 10;
const PER_ADDRESS = 100;
// Of a proxy that the configuration does not know: everybody's tries come from there.
const PER_SHARED_ADDRESS = 1000;
// A /48 holds as many networks as one customer can have.
const SITE_TIMES = 10;
const MINUTES_10 = 600;

/**
 * 10 failures of one name (an e-mail address, a client id) from one network, 100 from that network
 * in all, ten times as many from an IPv6 site, within 10 minutes; then none for 10 minutes.
 */
export function addressLimits(from: From, name: string): Limit[] {
  const network = networkOf(from.address);
  const site = siteNetworkOf(from.address);
  return [
    limit(PER_NAME, 'name', network, name),
    limit(from.addressShared ? PER_SHARED_ADDRESS : PER_ADDRESS, 'address', network),
    ...(site
      ? [
          limit(PER_NAME * SITE_TIMES, 'name', site, name),
          limit(PER_ADDRESS * SITE_TIMES, 'address', site),
        ]
      : []),
  ];
}

/** What of a network is asked for without a name being guessed: letters, for one. */
export function addressLimitsOf(kind: string, from: From): Limit[] {
  const site = siteNetworkOf(from.address);
  return [
    limit(from.addressShared ? PER_SHARED_ADDRESS : PER_ADDRESS, kind, networkOf(from.address)),
    ...(site ? [limit(PER_ADDRESS * SITE_TIMES, kind, site)] : []),
  ];
}

const limit = (most: number, kind: string, network: string, name = ''): Limit => ({
  key: Buffer.concat([networkHalf(network), nameHalf(kind, name)]),
  most,
  windowSeconds: MINUTES_10,
  blockSeconds: MINUTES_10,
});

/** Half of a key each, so that either half finds all keys that have it. */
export const networkHalf = (network: string): Buffer => half('network', network);
export const nameHalf = (kind: string, name: string): Buffer => half(kind, name);

const half = (...about: string[]): Buffer =>
  createHash('sha256').update(JSON.stringify(about)).digest().subarray(0, 16);
