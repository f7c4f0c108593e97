import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { sha256 } from '../secret.ts';
import { openLive, type TestLive } from '../testing/live.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const server = 'online';
const PASSWORD = 'Correct-Horse1';
// Sooner than a stream asks the gate by itself.
const PATIENCE_MS = 3_000;

describe('whatever ends a session or changes what it may, on two nodes', () => {
  let first: TestService;
  let second: TestService;
  let partner: TestPartner;
  before(async () => {
    first = await startService();
    second = await startService({ beside: first });
    partner = await first.newPartner();
  });

  async function signedIn(email: string): Promise<Visitor> {
    const visitor = newVisitor(first);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  async function inside(of = partner) {
    const email = accountRequest().admin_email;
    const account = await first.newAccount(of, { admin_email: email });
    return { email, account, visitor: await signedIn(email) };
  }
  /** A stream on each node. */
  async function open(visitor: Visitor, account: number): Promise<TestLive[]> {
    const streams = [];
    for (const { baseUrl } of [first, second]) {
      const stream = await openLive(baseUrl, visitor, account);
      assert.equal((await stream.next())?.name, 'state');
      streams.push(stream);
    }
    return streams;
  }
  async function byLink(account: number, of: TestPartner): Promise<Visitor> {
    const { login } = await of.loginAgent({ accountID: account, agentID: 1, server });
    const visitor = newVisitor(first);
    assert.equal((await visitor.post(new URL(login).pathname as `/${string}`)).http, 303);
    return visitor;
  }
  const inTime = <T>(work: Promise<T>): Promise<T | 'late'> =>
    Promise.race([work, sleep(PATIENCE_MS, 'late' as const, { ref: false })]);

  /** They ended, without a word; the page asks again and is told why. */
  async function assertEnded(streams: TestLive[]): Promise<void> {
    for (const stream of streams) {
      assert.notEqual(await inTime(stream.ended), 'late');
      assert.deepEqual(stream.events.slice(1), []);
    }
  }
  /** They go on, and have heard nothing so far. */
  async function assertOpen(streams: TestLive[], account_id: number): Promise<void> {
    const account_name = `Name ${Math.random()}`;
    await partner.updateAccount({ account_id, server, account_name });
    for (const stream of streams) {
      const heard = await inTime(stream.next());
      assert.notEqual(heard, 'late');
      assert.equal((heard as { data: Record<string, unknown> }).data.account_name, account_name);
    }
  }

  test("ends a suspended partner's link streams; its customers' own go on", async () => {
    const suspended = await first.newPartner();
    const { account, visitor } = await inside(suspended);
    const own = await open(visitor, account);
    const linked = await open(await byLink(account, suspended), account);
    await first.operator.suspendPartner({ partner: suspended.partner });
    await assertEnded(linked);
    assert.equal((await visitor.patch(`/api/workspace/${account}/settings`, {})).http, 200);
    await first.operator.resumePartner({ partner: suspended.partner });
    const changed = await visitor.patch(`/api/workspace/${account}/settings`, { language: 'he' });
    assert.equal(changed.http, 200);
    for (const stream of own) assert.equal((await stream.next())?.name, 'settings');
  });

  test("ends the streams of a revoked credential's links, and no other's", async () => {
    const { account, visitor } = await inside();
    const own = await open(visitor, account);
    const made = await first.operator.createCredential({ partner: partner.partner });
    const kept = await open(await byLink(account, partner), account);
    const client = createPartnerClient({
      baseUrl: first.baseUrl,
      clientId: made.client_id,
      clientSecret: made.client_secret,
      retries: 0,
    });
    const revoked = await open(await byLink(account, { ...partner, ...client }), account);
    await first.operator.revokeCredential({ client_id: made.client_id });
    await assertEnded(revoked);
    await assertOpen([...own, ...kept], account);
  });

  const signOuts: [string, (of: { visitor: Visitor; other: Visitor }) => Promise<unknown>][] = [
    ['signing out', ({ visitor }) => visitor.post('/api/auth/sign-out')],
    ['signing out the other browsers', ({ other }) => other.delete('/api/profile/devices')],
    [
      'signing out one browser',
      async ({ visitor, other }) => {
        const { body } = await visitor.get('/api/profile');
        const devices = body.devices as { id: string; current: boolean }[];
        const id = devices.find(({ current }) => current)?.id;
        await other.delete(`/api/profile/devices/${id}`);
      },
    ],
    [
      'a new password that signs out the others',
      ({ other }) =>
        other.post('/api/auth/change-password', {
          ...{ currentPassword: PASSWORD, newPassword: 'Another-Horse1' },
          revokeOtherSessions: true,
        }),
    ],
    [
      'signing in as somebody else in the same browser',
      async ({ visitor }) => {
        const { email } = await inside();
        const same = newVisitor(first);
        for (const [name, value] of visitor.cookies) same.cookies.set(name, value);
        await same.signIn(email);
      },
    ],
  ];
  for (const [what, act] of signOuts)
    test(`ends the streams of a browser by ${what}`, async () => {
      const { email, account, visitor } = await inside();
      const other = await signedIn(email);
      const bystander = await inside();
      const theirs = await open(bystander.visitor, bystander.account);
      const streams = await open(visitor, account);
      await act({ visitor, other });
      await assertEnded(streams);
      await assertOpen(theirs, bystander.account);
    });

  test('ends every stream of a person by a mailed link for a new password', async () => {
    const { email, account, visitor } = await inside();
    const streams = await open(visitor, account);
    const token = `reset-${account}`;
    await first.database.write((db) =>
      db.query(sql`
        insert into password_resets (token_hash, person_id, expires_at)
        select ${sha256(token)}, id, now() + interval '1 hour' from persons where email = ${email}`),
    );
    const body = { token, newPassword: 'Another-Horse1' };
    const heard = await newVisitor(first).post('/api/auth/reset-password', body);
    assert.equal(heard.http, 200, heard.text);
    await assertEnded(streams);
  });

  test('ends the streams of the oldest session beyond 50 of a person', async () => {
    const { email, account, visitor } = await inside();
    const streams = await open(visitor, account);
    await first.database.write((db) =>
      db.query(sql`
        insert into sessions (person_id, token_hash, realm, number, expires_at)
        select id, sha256((${email} || n)::bytea), 'server:online', nextval('entry_numbers'),
          now() + interval '1 day'
        from persons, generate_series(1, 49) n
        where email = ${email}`),
    );
    await signedIn(email);
    await assertEnded(streams);
  });

  test('tells of new settings and roles, and ends the streams of an agent who is removed', async () => {
    const { account, visitor } = await inside();
    const email = accountRequest().admin_email;
    await first.newAccount(partner, { admin_email: email });
    const at = `/api/workspace/${account}` as const;
    const named = { email, name: 'Noa', role: 'agent' };
    assert.equal((await visitor.post(`${at}/agents`, named)).http, 200);
    const streams = await open(await signedIn(email), account);
    const heardBy = async (stream: TestLive) => {
      const heard = await inTime(stream.next());
      return heard === 'late' ? 'late' : heard?.name;
    };
    assert.equal((await visitor.patch(`${at}/settings`, { language: 'he' })).http, 200);
    for (const stream of streams) assert.equal(await heardBy(stream), 'settings');
    assert.equal((await visitor.patch(`${at}/agents/2`, { role: 'administrator' })).http, 200);
    for (const stream of streams) assert.equal(await heardBy(stream), 'state');
    assert.equal((await visitor.delete(`${at}/agents/2`)).http, 200);
    for (const stream of streams) {
      assert.notEqual(await inTime(stream.ended), 'late');
      assert.equal(stream.events.length, 3);
    }
  });
});
