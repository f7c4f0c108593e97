/** What updateAccount is held to, in ratios within one run; and what is in the way where it fails. */
import type { Contestant } from './measure.ts';

/** The median over the rounds; undefined when it was not measured. */
export type Medians = {
  perSecond(contestant: Contestant, connections: number): number | undefined;
  /** Microseconds for a request. */
  processor(contestant: Contestant, connections: number): number | undefined;
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
  /** Of two services: not missed where only one is there. */
  isComparison?: boolean;
  /** Shown where the target is missed. */
  inTheWay: string;
};

const ALONE =
  'a lone call gains nothing from gathering and pays for what the floor leaves out: validation, ' +
  'the token, limits, one log line and one measure, 0.1 to 0.2 ms beside the 0.4 ms of ' +
  'HTTP, statement and commit.';
const SHARED =
  'load generator, service and PostgreSQL share the cores; the service takes about 50 µs of one ' +
  'core for a request, some 40 % of that to write to sockets and to the log.';
const TAIL =
  'a call that arrives just after a statement began waits for that one and then for its own: a ' +
  'slow write of the disk is waited for twice.';

const overFloor = (connections: number, atLeast: number, inTheWay: string): Target => ({
  sentence: `service / floor at ${connections} connection${connections > 1 ? 's' : ''}`,
  value: (medians) =>
    ratio(medians.perSecond('service', connections), medians.perSecond('floor', connections)),
  atLeast,
  inTheWay,
});

const overBefore = (connections: number): Target => ({
  sentence: `processor of service / the service before at ${connections} connection${connections > 1 ? 's' : ''}`,
  value: (medians) =>
    ratio(medians.processor('service', connections), medians.processor('before', connections)),
  atMost: 1.03,
  isComparison: true,
  inTheWay: 'what is done for a request beside the statement, or the statement itself, grew.',
});

export const targets: readonly Target[] = [
  ...[1, 32, 128].map(overBefore),
  overFloor(1, 0.85, ALONE),
  overFloor(4, 0.85, ALONE),
  overFloor(32, 1.8, SHARED),
  overFloor(128, 2.3, SHARED),
  {
    sentence: 'service at 128 connections / the database’s best with one account a statement',
    value: (medians) => ratio(medians.perSecond('service', 128), medians.databaseLimit),
    atLeast: 1.5,
    inTheWay: SHARED,
  },
  {
    sentence: 'p99 / p50 of the service at 32 connections',
    value: (medians) => ratio(medians.p99(32), medians.p50(32)),
    atMost: 4,
    inTheWay: TAIL,
  },
];

const ratio = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a / b;
