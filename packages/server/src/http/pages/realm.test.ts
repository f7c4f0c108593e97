import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { identitySecret, signed } from '../../people/sessions/session-cookie.ts';
import { sha256 } from '../../secret.ts';
import type { Heard } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const SECRET = 'a-secret-key-of-the-tests-of-32-bytes';
const NAMES = ['switchboard.session', 'switchboard.session_framed'];

describe('a session', () => {
  let service: TestService;
  let partner: TestPartner;
  let email: string;
  /** Server → the person's account there. */
  const accounts: Record<string, number> = {};
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
    email = accountRequest().admin_email;
    for (const server of ['online', 'beside'])
      accounts[server] = await service.newAccount(partner, { admin_email: email, server });
    await service.database.write((db) =>
      db.query(sql`
        insert into members (partner_id, person_id, role, state)
        select ${partner.partner}, id, 'administrator', 'open' from persons where email = ${email}`),
    );
  });

  async function signedIn(server: string | null = 'online'): Promise<Visitor> {
    const visitor = newVisitor(service, server);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  const cookieOf = (visitor: Visitor) => visitor.cookies.get('switchboard.session') ?? '';
  const tokenOf = (visitor: Visitor) => {
    const plain = decodeURIComponent(cookieOf(visitor));
    return plain.slice(0, plain.lastIndexOf('.'));
  };
  /** A browser that has this value in every cookie that could carry a session. */
  function bearer(value: string, server: string | null = 'online', at = service): Visitor {
    const visitor = newVisitor(at, server);
    for (const name of NAMES) visitor.cookies.set(name, value);
    return visitor;
  }
  /** Every way in that a session could open. */
  const tries = (visitor: Visitor, account: number): Promise<Heard>[] => [
    visitor.get('/api/workspace'),
    ...['', '/live', '/agents', '/log'].map((rest) =>
      visitor.get(`/api/workspace/${account}${rest}`),
    ),
    visitor.patch(`/api/workspace/${account}/settings`, { language: 'he' }),
    visitor.delete(`/api/workspace/${account}/agents/1`),
    visitor.get('/api/profile'),
    visitor.patch('/api/profile', { name: 'Eve' }),
    visitor.delete('/api/profile/devices'),
    visitor.post('/api/profile/invitations'),
    visitor.get('/api/auth/list-sessions'),
  ];

  async function assertNobody(visitor: Visitor, account = accounts.online ?? 0): Promise<void> {
    for (const heard of await Promise.all(tries(visitor, account)))
      assertFailure(heard, 'no_session');
    assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
  }

  test('of a server opens that server', async () => {
    for (const server of ['online', 'beside']) {
      const visitor = await signedIn(server);
      const heard = await visitor.get('/api/workspace');
      assert.deepEqual(
        (heard.body.accounts as { account_id: number }[]).map(({ account_id }) => account_id),
        [accounts[server]],
      );
      assert.equal((await visitor.get(`/api/workspace/${accounts[server]}`)).http, 200);
    }
  });

  test('of another server or the console is none on a server, on every path', async () => {
    for (const [from, to] of [
      ['online', 'beside'],
      ['beside', 'online'],
      [null, 'online'],
      [null, 'beside'],
    ] as const) {
      const value = cookieOf(await signedIn(from));
      for (const account of Object.values(accounts)) await assertNobody(bearer(value, to), account);
    }
  });

  test('of a server is none at the console, which has no workspace at all', async () => {
    for (const from of ['online', 'beside'] as const) {
      const visitor = bearer(cookieOf(await signedIn(from)), null);
      for (const path of ['', `/${accounts[from]}`, `/${accounts[from]}/live`])
        assertFailure(await visitor.get(`/api/workspace${path}`), 'not_found');
      assertFailure(await visitor.get('/api/profile'), 'no_session');
      assertFailure(await visitor.patch('/api/profile', { name: 'Eve' }), 'no_session');
      assertFailure(await visitor.get('/api/auth/list-sessions'), 'no_session');
      assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
    }
    const console = await signedIn(null);
    assertFailure(await console.get(`/api/workspace/${accounts.online}`), 'not_found');
    assert.equal((await console.get('/api/profile')).http, 200);
  });

  test('of no server that is here, or past its end, enters nowhere', async () => {
    for (const change of [
      sql`realm = 'server:nowhere'`,
      sql`expires_at = now()`,
      sql`expires_at = now() - interval '1 day'`,
    ]) {
      const visitor = await signedIn();
      assert.equal((await visitor.get('/api/workspace')).http, 200);
      await service.database.write((db) =>
        db.query(sql`update sessions set ${change} where token_hash = ${sha256(tokenOf(visitor))}`),
      );
      const value = cookieOf(visitor);
      await assertNobody(bearer(value));
      await assertNobody(bearer(value, 'beside'), accounts.beside);
      assertFailure(await bearer(value, null).get('/api/profile'), 'no_session');
    }
  });

  test('whose signature is not ours is none: changed, absent, of another key', async () => {
    const visitor = await signedIn();
    const [token, value] = [tokenOf(visitor), cookieOf(visitor)];
    const other = {
      secrets: [identitySecret('another-key-of-the-tests-of-32-bytes')],
      secure: false,
    };
    for (const forged of [
      token,
      `${token}.`,
      encodeURIComponent(`${token}.${Buffer.alloc(32).toString('base64')}`),
      encodeURIComponent(`X${decodeURIComponent(value).slice(1)}`),
      value.slice(0, -8),
      signed(token, other),
      signed(token, { ...other, secrets: [SECRET] }),
      signed('', { ...other, secrets: [identitySecret(SECRET)] }),
      signed("' or true --", { ...other, secrets: [identitySecret(SECRET)] }),
    ])
      await assertNobody(bearer(forged));
    assert.equal((await bearer(value).get('/api/workspace')).http, 200);
  });

  test('from before the key was rotated is taken while the old key is set, and not after', async () => {
    const fresh = 'the-newest-key-of-the-tests-of-32-bytes';
    const node = (key: string) =>
      startService({ beside: service, environment: { SECRET_KEY: key } });
    const [both, rotated] = [await node(`${fresh},${SECRET}`), await node(fresh)];
    const old = cookieOf(await signedIn());
    assert.equal((await bearer(old, 'online', both).get('/api/workspace')).http, 200);
    await assertNobody(bearer(old, 'online', rotated));
    const visitor = newVisitor(both);
    assert.equal((await visitor.signIn(email)).http, 200);
    assert.equal(
      (await bearer(cookieOf(visitor), 'online', rotated).get('/api/workspace')).http,
      200,
    );
    await assertNobody(bearer(cookieOf(visitor)));
  });

  test('is one person to every path when its cookie comes twice, and it is that one who leaves', async () => {
    const other = accountRequest().admin_email;
    await service.newAccount(partner, { admin_email: other });
    for (const name of NAMES)
      for (const order of [0, 1]) {
        const [first, second] = order === 0 ? [email, other] : [other, email];
        const [a, b] = [newVisitor(service), newVisitor(service)];
        assert.equal((await a.signIn(first)).http, 200);
        assert.equal((await b.signIn(second)).http, 200);
        const cookie = `${name}=${cookieOf(a)}; ${name}=${cookieOf(b)}; switchboard.session=${cookieOf(b)}`;
        const visitor = newVisitor(service);
        const headers = { cookie };
        const emails = [
          (await visitor.get('/api/workspace', { headers })).body.person,
          (await visitor.get('/api/profile', { headers })).body.person,
          (await visitor.get('/api/auth/get-session', { headers })).body.user,
        ].map((person) => (person as { email: string }).email);
        assert.deepEqual(emails, [first, first, first]);
        const out = await visitor.post('/api/auth/sign-out', undefined, { headers });
        assert.equal(out.http, 200);
        await assertNobody(bearer(cookieOf(a)));
        assert.equal((await bearer(cookieOf(b)).get('/api/workspace')).http, 200);
      }
  });
});
