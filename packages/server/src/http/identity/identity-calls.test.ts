import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { identityCalls, type PageCall, pageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { identitySecret, signed } from '../../people/sessions/session-cookie.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const calls: PageCall[] = Object.values(identityCalls);

describe('the calls of identity', () => {
  let service: TestService;
  let partner: TestPartner;
  let email: string;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
    email = accountRequest().admin_email;
    await service.newAccount(partner, { admin_email: email });
    await service.newAccount(partner, { admin_email: email, server: 'beside' });
  });
  async function signedIn(server: string | null = 'online'): Promise<Visitor> {
    const visitor = newVisitor(service, server);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  const call = (visitor: Visitor, method: string, path: `/${string}`, headers = {}) =>
    method === 'GET' ? visitor.get(path, { headers }) : visitor.post(path, {}, { headers });

  test('answers the calls of the contract under /api/auth, and nothing else', async () => {
    const visitor = newVisitor(service);
    for (const { method, path } of calls) {
      const right = await call(visitor, method, path);
      assert.ok(![404, 405].includes(right.http), `${method} ${path}: ${right.text}`);
      const other = await call(visitor, method === 'GET' ? 'POST' : 'GET', path);
      assertFailure(other, 'method_not_allowed');
      assert.equal(other.headers.allow, method);
    }
    // What an identity library has beside them.
    for (const path of [
      ...['sign-up/email', 'sign-in/social', 'sign-in/username', 'update-user', 'delete-user'],
      ...['update-session', 'change-email', 'set-password', 'verify-email', 'verify-password'],
      ...['send-verification-email', 'revoke-other-sessions', 'list-accounts', 'link-social'],
      ...['unlink-account', 'refresh-token', 'get-access-token', 'error', 'ok', 'callback/google'],
      ...['reset-password/x', 'two-factor/view-backup-codes', 'two-factor/generate-totp'],
    ])
      for (const method of ['GET', 'POST'])
        assertFailure(await call(visitor, method, `/api/auth/${path}`), 'not_found');
  });

  test('gives other methods and spellings of a path nothing', async () => {
    const visitor = await signedIn();
    assertFailure(await visitor.get('/api/auth/sign-out'), 'method_not_allowed');
    assertFailure(await visitor.delete('/api/auth/sign-in/email'), 'method_not_allowed');
    assertFailure(await visitor.post('/api/auth/get-session'), 'method_not_allowed');
    for (const path of ['', '/', '/ok', '/sign-out/', '//sign-out', '/SIGN-OUT', '/sign%2Dout/x'])
      assertFailure(await visitor.post(`/api/auth${path}`), 'not_found');
    assert.ok((await visitor.get('/api/auth/get-session')).body.session);
  });

  test('answers only where a site is: the console and registered servers', async () => {
    const visitor = await signedIn();
    const port = new URL(visitor.origin).port;
    for (const host of [
      'nowhere.localhost',
      'evil.example',
      '127.0.0.1',
      'a.online.localhost',
      'x y',
    ])
      for (const { method, path } of calls) {
        const heard = await call(visitor, method, path, { host: `${host}:${port}` });
        assertFailure(heard, 'wrong_host');
      }
  });

  test('takes writes from its own origin only', async () => {
    const visitor = await signedIn();
    const port = new URL(visitor.origin).port;
    const foreign = [
      `http://beside.localhost:${port}`,
      `http://localhost:${port}`,
      `https://online.localhost:${port}`,
      'http://online.localhost',
      'https://evil.example',
      'null',
    ];
    const refused = [
      ...foreign.map((origin) => ({ origin })),
      ...['cross-site', 'same-site'].map((site) => ({ origin: '', 'sec-fetch-site': site })),
    ];
    for (const headers of refused)
      for (const { method, path } of calls)
        if (method === 'POST')
          assertFailure(await call(visitor, method, path, headers), 'origin_refused');
    const body = { email, password: 'Correct-Horse1' };
    for (const headers of [{}, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }]) {
      const options = { headers: { origin: '', ...headers } };
      assert.equal((await visitor.post('/api/auth/sign-in/email', body, options)).http, 200);
    }
  });

  test('takes a cookie where it was given, and nowhere else', async () => {
    await service.database.write((db) =>
      db.query(sql`
        insert into members (partner_id, person_id, role, state)
        select ${partner.partner}, id, 'administrator', 'open' from persons where email = ${email}`),
    );
    const realms = ['online', 'beside', null] as const;
    for (const from of realms) {
      const own = await signedIn(from);
      for (const to of realms.filter((realm) => realm !== from)) {
        const visitor = newVisitor(service, to);
        for (const [name, value] of own.cookies) {
          visitor.cookies.set(name, value);
          visitor.cookies.set('switchboard.session_framed', value);
        }
        assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
        for (const { method, path, enters } of calls)
          if (enters === 'session') assertFailure(await call(visitor, method, path), 'no_session');
        await visitor.post('/api/auth/sign-out');
      }
      assert.ok((await own.get('/api/auth/get-session')).body.session, 'it was signed out abroad');
    }
  });

  test('takes no cookie that it did not sign', async () => {
    const visitor = await signedIn();
    const [name, value] = [...visitor.cookies][0] ?? ['', ''];
    const token = decodeURIComponent(value).split('.')[0] ?? '';
    const forged = signed(token, { secrets: [identitySecret('another key')], secure: false });
    for (const cookie of [forged, token, `${token}.`, `${value}x`, '%', 'a.b'])
      for (const key of [name, 'switchboard.session_framed']) {
        visitor.cookies.clear();
        visitor.cookies.set(key, cookie);
        assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
      }
  });

  test('gives a link session who it is and a way out, and nothing else', async () => {
    const visitor = await signedIn();
    const token = decodeURIComponent(visitor.cookies.get('switchboard.session') ?? '').split(
      '.',
    )[0];
    await service.database.write((db) =>
      db.query(sql`
        update sessions set link_server = 'online', link_account_id = 1, link_agent_id = 1,
          link_credential_id = (
            select credential_id from credentials where client_id = ${partner.clientId}),
          expires_at = now() + interval '10 minutes'
        where token_hash = sha256(${token}::bytea)`),
    );
    // The console's calls are not there on a server's host, for anybody.
    for (const call of Object.values(pageCalls) as PageCall[])
      if (!call.byLink && call.enters !== 'account' && !call.path.startsWith('/api/console'))
        assertFailure(await visitor.makes(call), 'link_session');
    assertFailure(await visitor.signIn(email), 'link_session');
    const before = visitor.setCookies.length;
    const heard = await visitor.get('/api/auth/get-session');
    const { expiresAt } = heard.body.session as { expiresAt: string };
    assert.ok(Date.parse(expiresAt) < Date.now() + 601_000, 'the session was lengthened');
    assert.equal(visitor.setCookies.length, before);
    assert.equal((await visitor.post('/api/auth/sign-out')).http, 200);
    assert.equal((await visitor.signIn(email)).http, 200);
  });
});
