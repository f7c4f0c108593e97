import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sql from 'sql-template-tag';
import { atEnd } from '../../testing/ends.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const ROUNDS = 100;

describe('a write in flight while its session ends at another node', () => {
  let first: TestService;
  let second: TestService;
  let partner: TestPartner;
  let email: string;
  let account: number;
  before(async () => {
    const limits = { writes: { perSecond: 1, burst: 10_000 } };
    first = await startService({ limits });
    second = await startService({ beside: first, limits });
    partner = await first.newPartner();
    email = accountRequest().admin_email;
    account = await first.newAccount(partner, { admin_email: email });
  });

  async function signedIn(): Promise<Visitor> {
    const visitor = newVisitor(first);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  /** The same browser, at the other node. */
  function elsewhere(visitor: Visitor): Visitor {
    const same = newVisitor(second);
    for (const [name, value] of visitor.cookies) same.cookies.set(name, value);
    return same;
  }
  /** What the account's workspace wrote so far. */
  const written = async () => {
    const [row] = await first.database.read((db) =>
      db.query<{ written: number }>(sql`
        select count(*) as written from events
        where server = 'online' and account_id = ${account} and type = 'settings.updated'`),
    );
    return row?.written ?? 0;
  };
  const waits = async () => {
    const rows = await first.database.read((db) =>
      db.query(sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query like '%insert into events%'`),
    );
    return rows.length > 0;
  };
  const path = () => `/api/workspace/${account}/settings` as const;
  const change = () => ({ support_email: `help-${Math.random()}@example.com` });

  test('writes nothing, though it had passed the gate before', async () => {
    const visitor = await signedIn();
    const before = await written();
    const blocker = new pg.Client(first.connection);
    await blocker.connect();
    atEnd(() => blocker.end());
    // The write's event refers to its partner: it waits there, past the gate.
    await blocker.query('begin');
    await blocker.query('select from partners for update');
    const writing = visitor.patch(path(), change());
    while (!(await waits())) await sleep(5);
    assert.equal((await elsewhere(visitor).post('/api/auth/sign-out')).http, 200);
    await blocker.query('commit');
    assertFailure(await writing, 'no_session');
    assert.equal(await written(), before);
  });

  for (const [what, end] of [
    ['signed out', async (visitor: Visitor) => elsewhere(visitor).post('/api/auth/sign-out')],
    [
      'signed out by another browser',
      async (_visitor: Visitor, other: Visitor) => elsewhere(other).delete('/api/profile/devices'),
    ],
  ] as const)
    test(`commits before it is ${what}, or is refused`, async (t) => {
      const outcomes = new Map<number, number>();
      let usualMs = 20;
      const other = await signedIn();
      for (let round = 0; round < ROUNDS; round += 1) {
        const visitor = await signedIn();
        // Ten such calls an hour are let through.
        await first.database.write((db) => db.query(sql`delete from attempts`));
        const begun = performance.now();
        const writing = visitor.patch(path(), change()).finally(() => {
          usualMs += (performance.now() - begun - usualMs) / 10;
        });
        await sleep(Math.random() * usualMs);
        assert.equal((await end(visitor, other)).http, 200);
        const after = await written();
        const { http } = await writing;
        assert.equal(await written(), after);
        assert.ok(http === 200 || http === 401, String(http));
        outcomes.set(http, (outcomes.get(http) ?? 0) + 1);
      }
      t.diagnostic([...outcomes].map(([http, times]) => `${http} ${times}`).join(', '));
    });

  test("of a link's session commits before its partner is suspended, or is refused", async (t) => {
    const outcomes = new Map<number, number>();
    let usualMs = 20;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { login } = await partner.loginAgent({
        accountID: account,
        agentID: 1,
        server: 'online',
      });
      const visitor = newVisitor(first);
      assert.equal((await visitor.post(new URL(login).pathname as `/${string}`)).http, 303);
      const begun = performance.now();
      const writing = visitor.patch(path(), change()).finally(() => {
        usualMs += (performance.now() - begun - usualMs) / 10;
      });
      await sleep(Math.random() * usualMs);
      await second.operator.suspendPartner({ partner: partner.partner });
      const after = await written();
      const { http } = await writing;
      assert.equal(await written(), after);
      assert.ok(http === 200 || http === 401, String(http));
      outcomes.set(http, (outcomes.get(http) ?? 0) + 1);
      await second.operator.resumePartner({ partner: partner.partner });
    }
    t.diagnostic([...outcomes].map(([http, times]) => `${http} ${times}`).join(', '));
  });
});
