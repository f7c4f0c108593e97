import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { identityCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

describe('a session made by a login link', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
  });

  /** A person who administers two accounts here and one on another server, and is a member. */
  async function somebody() {
    const email = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: email });
    const other = await service.newAccount(partner, { admin_email: email });
    const abroad = await service.newAccount(partner, { admin_email: email, server: 'beside' });
    await service.database.write((db) =>
      db.query(sql`
        insert into members (partner_id, person_id, role, state)
        select ${partner.partner}, id, 'administrator', 'open' from persons where email = ${email}`),
    );
    return { email, account, other, abroad, visitor: await byLink(account) };
  }
  async function byLink(account: number, of = partner): Promise<Visitor> {
    const { login } = await of.loginAgent({ accountID: account, agentID: 1, server: 'online' });
    const visitor = newVisitor(service);
    const used = await visitor.post(new URL(login).pathname as `/${string}`);
    assert.deepEqual([used.http, used.headers.location], [303, `/accounts/${account}`]);
    return visitor;
  }
  const set = (account: number, account_status: 0 | 1) =>
    partner.updateAccount({ account_id: account, server: 'online', account_status });
  const inside = (visitor: Visitor, account: number) => visitor.get(`/api/workspace/${account}`);

  test('enters its account, whose list shows this one alone', async () => {
    const { visitor, account, email } = await somebody();
    const entered = await inside(visitor, account);
    assert.equal(entered.http, 200);
    assert.deepEqual(entered.body.agent, {
      id: 1,
      role: 'administrator',
      display_name: 'Ada',
      signed_in_by_link: true,
    });
    const { body } = await visitor.get('/api/workspace');
    assert.deepEqual(body.accounts, [
      { account_id: account, account_name: 'My Account', role: 'administrator', state: 'open' },
    ]);
    assert.equal((body.person as { email: string }).email, email);
    assert.equal(body.signed_in_by_link, true);
  });

  test('finds every other account of the same person not there, on every path', async () => {
    const { visitor, other, abroad } = await somebody();
    const stranger = await service.newAccount(partner);
    for (const account of [other, abroad, stranger, 9_999_999]) {
      const path = `/api/workspace/${account}` as const;
      for (const heard of [
        ...(await Promise.all(
          ['', '/live', '/agents', '/log'].map((rest) => visitor.get(`${path}${rest}`)),
        )),
        await visitor.patch(`${path}/settings`, { language: 'he' }),
        await visitor.post(`${path}/agents`, { email: 'x@example.com', name: 'X', role: 'agent' }),
        await visitor.patch(`${path}/agents/1`, { role: 'agent' }),
        await visitor.delete(`${path}/agents/1`),
        await visitor.post(`${path}/agents/1/invitation`),
      ])
        assertFailure(heard, 'not_found');
    }
  });

  test('is refused by every identity path but two, and by every call of the profile', async () => {
    const { visitor, account, email } = await somebody();
    const bodies: Record<string, unknown> = {
      'sign-in/email': { email, password: 'Correct-Horse1' },
      'change-password': { currentPassword: 'Correct-Horse1', newPassword: 'Another-Horse1' },
      'request-password-reset': { email },
    };
    for (const { method, path } of Object.values(identityCalls)) {
      const name = path.slice('/api/auth/'.length);
      if (name === 'get-session' || name === 'sign-out') continue;
      for (const body of [bodies[name] ?? {}, { password: 'Correct-Horse1' }])
        assertFailure(
          await (method === 'GET' ? visitor.get(path) : visitor.post(path, body)),
          'link_session',
        );
    }
    const shown = await visitor.get('/api/auth/get-session');
    assert.equal((shown.body.user as { email: string }).email, email);
    const profile = '/api/profile';
    for (const heard of [
      await visitor.get(profile),
      await visitor.patch(profile, { name: 'Eve' }),
      await visitor.delete(`${profile}/devices`),
      await visitor.delete(`${profile}/devices/x`),
      await visitor.post(`${profile}/invitations`),
    ])
      assertFailure(heard, 'link_session');
    assert.equal((await inside(visitor, account)).http, 200);
    assert.equal((await newVisitor(service).signIn(email)).http, 200);
  });

  test('is none at the console and at every other server', async () => {
    const { visitor, account, abroad } = await somebody();
    const value = visitor.cookies.get('switchboard.session') ?? '';
    for (const server of [null, 'beside']) {
      const there = newVisitor(service, server);
      for (const name of ['switchboard.session', 'switchboard.session_framed'])
        there.cookies.set(name, value);
      assert.equal((await there.get('/api/auth/get-session')).text, 'null');
      assertFailure(await there.get('/api/profile'), 'no_session');
      assertFailure(await there.get('/api/auth/list-sessions'), 'no_session');
      for (const id of [account, abroad])
        assertFailure(await inside(there, id), server === null ? 'not_found' : 'no_session');
    }
  });

  test('ends with a cut of its account and does not come back when it is on again', async () => {
    const { visitor, account } = await somebody();
    await set(account, 0);
    const refused = await inside(visitor, account);
    assert.deepEqual(
      [refused.http, (refused.body.error as { code: string }).code],
      [403, 'account_disabled'],
    );
    await set(account, 1);
    assertFailure(await inside(visitor, account), 'sign_in_again');
    assertFailure(await visitor.get(`/api/workspace/${account}/live`), 'sign_in_again');
    const { body } = await visitor.get('/api/workspace');
    assert.deepEqual(
      (body.accounts as { state: string }[]).map(({ state }) => state),
      ['sign_in_again'],
    );
    assert.equal((await inside(await byLink(account), account)).http, 200);
  });

  test("survives a cut of the person's other account", async () => {
    const { visitor, account, other } = await somebody();
    for (const status of [0, 1] as const) {
      await set(other, status);
      assert.equal((await inside(visitor, account)).http, 200);
      assertFailure(await inside(visitor, other), 'not_found');
    }
  });

  test('ends with the suspension of the partner and does not come back', async () => {
    const another = await service.newPartner();
    const account = await service.newAccount(another);
    const visitor = await byLink(account, another);
    await service.operator.suspendPartner({ partner: another.partner });
    assertFailure(await inside(visitor, account), 'no_session');
    await service.operator.resumePartner({ partner: another.partner });
    assertFailure(await inside(visitor, account), 'no_session');
  });

  test('ends with the sign-out and takes its row along', async () => {
    const { visitor, account } = await somebody();
    const kept = new Map(visitor.cookies);
    assert.equal((await visitor.post('/api/auth/sign-out')).http, 200);
    assert.deepEqual([...visitor.cookies], []);
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    assertFailure(await inside(visitor, account), 'no_session');
    const left = await service.database.read((db) =>
      db.query(sql`select from sessions where link_account_id = ${account}`),
    );
    assert.equal(left.length, 0);
  });

  test('does what the partner does: the log names no agent for it', async () => {
    const { visitor, account } = await somebody();
    const settings = `/api/workspace/${account}/settings` as const;
    assert.equal((await visitor.patch(settings, { language: 'he' })).http, 200);
    const { body } = await visitor.get(`/api/workspace/${account}/log`);
    const [entry] = body.entries as { actor: { kind: string } }[];
    assert.equal(entry?.actor.kind, 'partner');
  });

  test('takes its own agent out of the account, and is none from then on', async () => {
    const { visitor, account } = await somebody();
    const admin = accountRequest().admin_email;
    const path = `/api/workspace/${account}/agents` as const;
    await visitor.post(path, { email: admin, name: 'Noa', role: 'administrator' });
    await service.database.write((db) =>
      db.query(sql`update agents set state = 'open' where account_id = ${account}`),
    );
    const removed = await visitor.delete(`${path}/1`);
    assert.equal(removed.http, 200, removed.text);
    assertFailure(await inside(visitor, account), 'no_session');
    assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
  });

  test('is one of twenty at most, also of sixty links that are used at once', async () => {
    const account = await service.newAccount(partner);
    const logins: { login: string }[] = [];
    for (let n = 0; n < 60; n++)
      logins.push(await partner.loginAgent({ accountID: account, agentID: 1, server: 'online' }));
    const used = await Promise.all(
      logins.map(({ login }) => newVisitor(service).post(new URL(login).pathname as `/${string}`)),
    );
    for (const { http, text } of used) assert.equal(http, 303, text);
    const [row] = await service.database.read((db) =>
      db.query<{ sessions: number }>(sql`
        select count(*) as sessions from sessions where link_account_id = ${account}`),
    );
    assert.equal(row?.sessions, 20);
  });

  test('lives half a day, and not past its end', async () => {
    const { visitor, account } = await somebody();
    const change = sql`update sessions set expires_at = now() where link_account_id = ${account}
      returning extract(epoch from now() - created_at)::float as age`;
    const [row] = await service.database.read((db) =>
      db.query<{ seconds: number }>(sql`
        select extract(epoch from expires_at - created_at)::float as seconds
        from sessions where link_account_id = ${account}`),
    );
    assert.equal(row?.seconds, 12 * 3600);
    await service.database.write((db) => db.query(change));
    assertFailure(await inside(visitor, account), 'no_session');
  });
});
