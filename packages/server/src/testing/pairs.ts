/**
 * The (endpoint, reason) pairs that the contract promises, the failures of page calls and the types
 * of events, against those that the tests saw over HTTP and in the log. `uncovered-pairs.txt` lists
 * the ones that no test reaches yet; it may only shrink.
 */
import { readFileSync } from 'node:fs';
import {
  commonFailures,
  type EndpointName,
  endpointNames,
  endpoints,
  eventTypes,
  type FailureCode,
  failuresOf,
  type PageCall,
  pageCalls,
  reasons,
  reasonsOf,
} from '@switchboard/contract';

/** Before what a page call answered without declaring it. */
export const UNDECLARED = 'undeclared ';

const LIST = new URL('../../uncovered-pairs.txt', import.meta.url);

/**
 * All that is to be seen, each once, as `updateAccount 33 404`, `event account.created` and
 * `POST /api/auth/sign-in/email wrong_password`.
 */
export function expectedPairs(): string[] {
  const events = eventTypes.map((type) => `event ${type}`);
  const pages = Object.values(pageCalls).flatMap(failuresToSee);
  return [...new Set([...endpointNames.flatMap(pairsOf), ...pages, ...events])];
}

/** A failure of a page call, as a line. */
export const failureLine = ({ method, path }: PageCall, code: FailureCode): string =>
  `${method} ${path} ${code}`;

// What every call may fail with is the host's, and has tests of its own.
const failuresToSee = (call: PageCall): string[] =>
  [...failuresOf(call)]
    .filter((code) => !(commonFailures as readonly FailureCode[]).includes(code))
    .map((code) => failureLine(call, code));

// internal_error answers a fault that nobody knows of; a test that reached one would have found a
// bug. That such a fault is logged and shaped has a test of its own.
const pairsOf = (name: EndpointName): string[] =>
  reasonsOf(endpoints[name])
    .filter((reason) => reason !== 'internal_error')
    .map((reason) => `${name} ${reasons[reason].number} ${reasons[reason].http}`);

/**
 * Compares what was seen with what is expected.
 *
 * @returns `missing`: neither seen nor listed; `unlisted`: to be taken off the list, because it was
 *   seen or is expected no more; `undeclared`: failures that page calls should not have
 */
export function comparePairs(seen: ReadonlySet<string>): {
  missing: string[];
  unlisted: string[];
  undeclared: string[];
} {
  const expected = expectedPairs();
  // Races reach some failures of pages in one run and not in the next.
  const isSurelySeen = (pair: string) => seen.has(pair) && !isOfPage(pair);
  const listed = new Set(readFileSync(LIST, 'utf8').split('\n').filter(isPair));
  return {
    missing: expected.filter((pair) => !seen.has(pair) && !listed.has(pair)),
    unlisted: [...listed].filter((pair) => isSurelySeen(pair) || !expected.includes(pair)),
    undeclared: [...seen].filter((pair) => pair.startsWith(UNDECLARED)),
  };
}

const isOfPage = (pair: string): boolean => /^[A-Z]+ \//.test(pair);

const isPair = (line: string): boolean => line !== '' && !line.startsWith('#');
