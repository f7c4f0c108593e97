/**
 * For tests: something that lets people in, against a cut at the same time, over and over and on
 * two nodes.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountRequest, startService, type TestPartner, type TestService } from './service.ts';
import { newVisitor, type Visitor } from './visitor.ts';

export const ROUNDS = 500;
/** Of the many pairs that race beside cuts: a tenth in `npm test`, all in `npm run races`. */
const isFull = process.env.SWITCHBOARD_RACES === 'full';
export const PAIR_ROUNDS = isFull ? ROUNDS : ROUNDS / 10;

/** Nothing but these came of the rounds; of all the rounds each of them did. */
export function assertOutcomes(seen: Iterable<string>, possible: readonly string[]): void {
  const outcomes = [...seen].sort();
  assert.deepEqual(
    outcomes.filter((outcome) => !possible.includes(outcome)),
    [],
  );
  if (isFull) assert.deepEqual(outcomes, possible);
}
// Accounts that race at the same time; each does its share of the rounds.
const LANES = 10;

export type Account = { account_id: number; email: string };

/** How often what was answered. */
type Outcomes = Map<string, number>;

export type Races = {
  partner: TestPartner;
  /** One of the two, by chance. */
  node(): TestService;
  set(account: Account, status: 0 | 1): Promise<void>;
  /** `open`, or the code of the refusal; the same at both nodes. */
  entering(visitor: Visitor, account: Account): Promise<string>;
  /** A session from before the cut stays out, off and on again. Leaves the account on. */
  assertOut(visitor: Visitor, account: Account): Promise<void>;
  /** Begins `work`, and the cut at a time that falls before, within or after it. */
  whileCutting<T>(account: Account, work: () => Promise<T>): Promise<T>;
  /** Waits for up to as long as the work usually takes. */
  soon(): Promise<void>;
  /**
   * Runs the rounds and prints their outcomes, which `round` answers; every account is on when a
   * round begins and when it ends.
   */
  run(
    t: TestContext,
    round: (account: Account) => Promise<string>,
    rounds?: number,
  ): Promise<Outcomes>;
};

export async function startRaces(): Promise<Races> {
  const first = await startService();
  const nodes = [first, await startService({ beside: first })] as const;
  const partner = await first.newPartner();
  const token = await partner.accessToken();
  let usualMs = 10;

  const node = () => nodes[Math.random() < 0.5 ? 0 : 1];

  const set = async ({ account_id }: Account, account_status: 0 | 1) => {
    const response = await fetch(`${node().baseUrl}/api/online/updateAccount`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ account_id, server: 'online', account_status }),
    });
    assert.equal(response.status, 200);
    await response.text();
  };

  const entering = async (visitor: Visitor, { account_id }: Account) => {
    const seen = await Promise.all(
      nodes.map(async (at) => {
        const same = newVisitor(at);
        for (const [name, value] of visitor.cookies) same.cookies.set(name, value);
        const { http, body } = await same.get(`/api/workspace/${account_id}`);
        return http === 200 ? 'open' : String((body.error as { code: string }).code);
      }),
    );
    assert.equal(seen[0], seen[1]);
    return seen[0] ?? '';
  };

  const assertOut = async (visitor: Visitor, account: Account) => {
    const hasSession = visitor.cookies.size > 0;
    if (hasSession) assert.equal(await entering(visitor, account), 'account_disabled');
    await set(account, 1);
    if (hasSession) assert.equal(await entering(visitor, account), 'sign_in_again');
  };

  const whileCutting = async <T>(account: Account, work: () => Promise<T>) => {
    const begun = performance.now();
    const working = work().finally(() => {
      usualMs += (performance.now() - begun - usualMs) / 10;
    });
    await sleep(Math.random() * 1.3 * usualMs);
    await set(account, 0);
    return working;
  };

  const run: Races['run'] = async (t, round, rounds = ROUNDS) => {
    const outcomes: Outcomes = new Map();
    const lane = async () => {
      const request = accountRequest();
      const account_id = await first.newAccount(partner, request);
      const account = { account_id, email: request.admin_email };
      for (let n = 0; n < rounds / LANES; n += 1) {
        const outcome = await round(account);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const counted = [...outcomes].map(([outcome, times]) => `${outcome} ${times}`);
    const total = [...outcomes.values()].reduce((sum, times) => sum + times, 0);
    assert.equal(total, rounds);
    t.diagnostic(`${total} rounds: ${counted.sort().join(', ')}; nothing entered`);
    return outcomes;
  };

  return {
    partner,
    node,
    set,
    entering,
    assertOut,
    whileCutting,
    soon: () => sleep(Math.random() * usualMs),
    run,
  };
}
