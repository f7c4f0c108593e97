import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { type Heard, send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

describe('a login link', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
  });

  const query = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query<Row>(statement));
  async function newLink(account: number, agentID = 1, of = partner): Promise<`/${string}`> {
    const { login } = await of.loginAgent({ accountID: account, agentID, server: 'online' });
    assert.ok(login.startsWith(`${newVisitor(service).origin}/login-link/`), login);
    return new URL(login).pathname as `/${string}`;
  }
  const set = (account: number, account_status: 0 | 1) =>
    partner.updateAccount({ account_id: account, server: 'online', account_status });
  const sessionsBy = async (account: number) =>
    (await query(sql`select from sessions where link_account_id = ${account}`)).length;

  function assertOver({ http, headers, text }: Heard): void {
    assert.equal(http, 410, text.slice(0, 300));
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.match(text, /<h1>This link [^<]+<\/h1>/);
    assert.doesNotMatch(text, /<script|<form/);
    assert.deepEqual([headers['cache-control'], headers['set-cookie']], ['no-store', undefined]);
  }
  /** Looked at and used, it is over, and no session comes of it. */
  async function assertVoid(path: `/${string}`, account: number): Promise<void> {
    const visitor = newVisitor(service);
    const sessions = await sessionsBy(account);
    for (const heard of [
      await visitor.get(path),
      await visitor.post(path),
      await visitor.post(path),
    ])
      assertOver(heard);
    assert.equal(await sessionsBy(account), sessions);
    assert.deepEqual([...visitor.cookies], []);
  }

  test('is not used up by looking at it, as often as one likes', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    const { origin } = newVisitor(service);
    const { host } = new URL(origin);
    for (let round = 0; round < 20; round += 1)
      for (const method of ['GET', 'HEAD']) {
        const headers = { host, ...(round % 2 && { origin, 'sec-fetch-site': 'same-origin' }) };
        const heard = await send(service.baseUrl, path, { method, headers });
        assert.deepEqual([heard.http, heard.headers['set-cookie']], [200, undefined]);
        assert.equal(heard.text === '', method === 'HEAD');
      }
    assert.equal(await sessionsBy(account), 0);
    const heard = await newVisitor(service).post(path);
    assert.deepEqual([heard.http, heard.headers.location], [303, `/accounts/${account}`]);
  });

  test('works once', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    const visitor = newVisitor(service);
    const used = await visitor.post(path);
    assert.deepEqual([used.http, used.headers['cache-control']], [303, 'no-store']);
    assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 200);
    await assertVoid(path, account);
    assertOver(await visitor.post(path));
    assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 200);
  });

  test('works for exactly one of twenty who use it at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const account = await service.newAccount(partner);
      const path = await newLink(account);
      const visitors = Array.from({ length: 20 }, () => newVisitor(service));
      const heard = await Promise.all(visitors.map((visitor) => visitor.post(path)));
      assert.deepEqual(heard.map(({ http }) => http).sort(), [303, ...Array(19).fill(410)]);
      for (const answer of heard) if (answer.http === 410) assertOver(answer);
      assert.equal(visitors.filter(({ cookies }) => cookies.size > 0).length, 1);
      assert.equal(await sessionsBy(account), 1);
      const used = await query(sql`
        select from events where account_id = ${account} and type = 'login_link.used'`);
      assert.equal(used.length, 1);
    }
  });

  test('works for five minutes', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    const [row] = await query<{ seconds: number }>(sql`
      select extract(epoch from expires_at - created_at)::float as seconds
      from login_links where account_id = ${account}`);
    assert.equal(row?.seconds, 300);
    await query(sql`update login_links set expires_at = now() where account_id = ${account}`);
    await assertVoid(path, account);
  });

  test('is void after a cut, and stays so when the account is on again', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    await set(account, 0);
    await assertVoid(path, account);
    await set(account, 1);
    await assertVoid(path, account);
    const fresh = await newLink(account);
    assert.equal((await newVisitor(service).post(fresh)).http, 303);
  });

  test('is void after its account is deleted, and stays so when it is restored', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    await partner.deleteAccount({ accountID: account, server: 'online' });
    await assertVoid(path, account);
    await service.operator.restoreAccount({ account_id: account, server: 'online' });
    await assertVoid(path, account);
    await set(account, 1);
    await assertVoid(path, account);
  });

  test('is void after its agent is removed, and stays so when they are invited again', async () => {
    const admin = accountRequest().admin_email;
    const agent = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: admin });
    await service.newAccount(partner, { admin_email: agent });
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(admin)).http, 200);
    const agents = `/api/workspace/${account}/agents` as const;
    const invite = () => visitor.post(agents, { email: agent, name: 'Noa', role: 'agent' });
    assert.equal((await invite()).body.state, 'open');
    const path = await newLink(account, 2);
    assert.equal((await newVisitor(service).get(path)).http, 200);
    assert.equal((await visitor.delete(`${agents}/2`)).http, 200);
    await assertVoid(path, account);
    assert.equal((await invite()).http, 200);
    await assertVoid(path, account);
  });

  test('is void after its partner is suspended, and stays so when they are resumed', async () => {
    const other = await service.newPartner();
    const account = await service.newAccount(other);
    const path = await newLink(account, 1, other);
    await service.operator.suspendPartner({ partner: other.partner });
    await assertVoid(path, account);
    await service.operator.resumePartner({ partner: other.partner });
    await assertVoid(path, account);
  });

  test('works at its own server only, and trying it elsewhere does not use it up', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    for (const server of ['beside', null]) {
      const visitor = newVisitor(service, server);
      for (const heard of [await visitor.get(path), await visitor.post(path)]) assertOver(heard);
    }
    assert.equal((await newVisitor(service).post(path)).http, 303);
  });

  test('that was never made is over, and so is anything like one', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    const token = path.slice('/login-link/'.length);
    const [row] = await query<{ hash: string }>(sql`
      select encode(token_hash, 'hex') as hash from login_links where account_id = ${account}`);
    for (const guess of [
      ...[
        'x',
        '%00',
        '%20',
        "'%20or%201=1--",
        token.toUpperCase(),
        token.slice(0, -1),
        `${token}A`,
      ],
      ...[token.replace('swb_ll_', ''), `${token}%20`, `%20${token}`, row?.hash ?? 'missing'],
    ])
      await assertVoid(`/login-link/${guess}`, account);
    assert.equal((await newVisitor(service).post(path)).http, 303);
  });

  test('has 256 random bits and is kept as a hash alone', async () => {
    const account = await service.newAccount(partner);
    const tokens = await Promise.all(
      Array.from({ length: 5 }, async () => (await newLink(account)).slice('/login-link/'.length)),
    );
    assert.equal(new Set(tokens).size, 5);
    for (const token of tokens)
      assert.equal(Buffer.from(token.replace('swb_ll_', ''), 'base64url').length, 32);
    for (const path of tokens) await newVisitor(service).post(`/login-link/${path}`);
    const rows = await query<{ text: string }>(sql`
      select t::text as text from login_links t
      union all select t::text from events t union all select t::text from sessions t`);
    for (const { text } of rows)
      for (const token of tokens) assert.ok(!text.includes(token.replace('swb_ll_', '')));
  });

  test('takes no other method', async () => {
    const account = await service.newAccount(partner);
    const path = await newLink(account);
    const { origin } = newVisitor(service);
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const headers = { host: new URL(origin).host, origin };
      const heard = await send(service.baseUrl, path, { method, headers });
      assert.ok(heard.http >= 400 && heard.http < 500, `${method} ${heard.http}`);
      assert.equal(heard.headers['set-cookie'], undefined);
    }
    assert.equal((await newVisitor(service).post(path)).http, 303);
  });
});
