/**
 * What the tests saw: (endpoint, reason) pairs over HTTP, types of events in the log.
 * `scripts/test.ts` compares them with the contract.
 */
import { appendFileSync } from 'node:fs';
import {
  type Endpoint,
  endpoints,
  type FailureBody,
  failuresOf,
  type PageCall,
  pageCalls,
} from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Database } from '../database/database.ts';
import { failureLine, UNDECLARED } from './pairs.ts';

const byPath = new Map(
  Object.entries(endpoints).map(([name, endpoint]) => [(endpoint as Endpoint).path, name]),
);
const seen = new Set<string>();

/** Notes an answer, as `updateAccount 33 404`; only failures have a row in the reasons table. */
export function observePair(route: string | undefined, status: number, payload: unknown): void {
  if (typeof payload !== 'string' || !payload.startsWith('{"status":"FAIL"')) return;
  const { reason } = JSON.parse(payload) as { reason: number };
  note(`${byPath.get(route ?? '') ?? 'any'} ${reason} ${status}`);
}

const pageCallAt = new Map(
  (Object.values(pageCalls) as PageCall[]).map((call) => [`${call.method} ${call.path}`, call]),
);

/** Notes a failure of a page call, and whether the call declares it. */
export function observeFailure(method: string, route: string | undefined, payload: unknown): void {
  const call = pageCallAt.get(`${method} ${route}`);
  if (!call || typeof payload !== 'string' || !payload.startsWith('{"error":{"code"')) return;
  const { error } = JSON.parse(payload) as FailureBody;
  const line = failureLine(call, error.code);
  note(failuresOf(call).has(error.code) ? line : `${UNDECLARED}${line}`);
}

/** Notes the types of the events in a database, as `event account.created`. */
export async function observeEvents(database: Database): Promise<void> {
  if (!process.env.SWITCHBOARD_TEST_PAIRS) return;
  const types = await database
    .read((db) => db.query<{ type: string }>(sql`select distinct type from events`))
    // Tests end databases too.
    .catch(() => []);
  for (const { type } of types) note(`event ${type}`);
}

function note(what: string): void {
  const file = process.env.SWITCHBOARD_TEST_PAIRS;
  if (!file || seen.has(what)) return;
  seen.add(what);
  appendFileSync(file, `${what}\n`);
}
