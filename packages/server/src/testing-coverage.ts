/** Which (endpoint, reason) pairs the tests saw over HTTP; `scripts/test.ts` compares them. */
import { appendFileSync } from 'node:fs';
import { type Endpoint, endpoints } from '@switchboard/contract';

const byPath = new Map(
  Object.entries(endpoints).map(([name, endpoint]) => [(endpoint as Endpoint).path, name]),
);
const seen = new Set<string>();

/** Notes an answer, as `updateAccount 33 404`; only failures have a row in the reasons table. */
export function observePair(route: string | undefined, status: number, payload: unknown): void {
  const file = process.env.SWITCHBOARD_TEST_PAIRS;
  if (!file || typeof payload !== 'string' || !payload.startsWith('{"status":"FAIL"')) return;
  const { reason } = JSON.parse(payload) as { reason: number };
  const pair = `${byPath.get(route ?? '') ?? 'any'} ${reason} ${status}`;
  if (seen.has(pair)) return;
  seen.add(pair);
  appendFileSync(file, `${pair}\n`);
}
