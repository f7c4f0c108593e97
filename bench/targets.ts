/** What updateAccount is held to, in ratios within one run; and what is in the way where it fails. */
import type { Contestant } from './measure.ts';

/** The median over the rounds; undefined when it was not measured. */
export type Medians = {
  perSecond(contestant: Contestant, connections: number): number | undefined;
  /** The best over its numbers of clients. */
  databaseLimit: number | undefined;
  p50(connections: number): number | undefined;
  p99(connections: number): number | undefined;
};

export type Target = {
  sentence: string;
  value(medians: Medians): number | undefined;
  atLeast?: number;
  atMost?: number;
  /** Shown where the target is missed. */
  inTheWay: string;
};

const overFloor = (connections: number, atLeast: number, inTheWay: string): Target => ({
  sentence: `service / floor at ${connections} connection${connections > 1 ? 's' : ''}`,
  value: (medians) =>
    ratio(medians.perSecond('service', connections), medians.perSecond('floor', connections)),
  atLeast,
  inTheWay,
});

export const targets: readonly Target[] = [
  overFloor(1, 0.85, 'TODO'),
  overFloor(4, 0.85, 'TODO'),
  overFloor(32, 1.8, 'TODO'),
  overFloor(128, 2.3, 'TODO'),
  {
    sentence: 'service at 128 connections / the database’s best with one account a statement',
    value: (medians) => ratio(medians.perSecond('service', 128), medians.databaseLimit),
    atLeast: 1.5,
    inTheWay: 'TODO',
  },
  {
    sentence: 'p99 / p50 of the service at 32 connections',
    value: (medians) => ratio(medians.p99(32), medians.p50(32)),
    atMost: 4,
    inTheWay: 'TODO',
  },
];

const ratio = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a / b;
