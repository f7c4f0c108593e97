import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { pino } from 'pino';
import sql from 'sql-template-tag';
import { createApp } from '../../app.ts';
import { sha256 } from '../../secret.ts';
import { atEnd } from '../../testing/ends.ts';
import type { Heard } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;
const COOKIE = 'switchboard.session';

describe('the routes into an account', () => {
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'second' });
    partner = await service.newPartner();
  });

  async function inside() {
    const email = accountRequest().admin_email;
    const id = await service.newAccount(partner, { admin_email: email });
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    return { email, id, visitor };
  }
  /** Every path under an account that this very server has, as its router prints the tree. */
  function paths(): string[] {
    const parts: string[] = [];
    const found: string[] = [];
    for (const line of service.app.http.printRoutes({ commonPrefix: false }).split('\n')) {
      const [, indent = '', part = '', methods] = /^([│ ]*)[├└]── (\S*)( \()?/.exec(line) ?? [];
      parts.splice(indent.length / 4, Number.POSITIVE_INFINITY, part);
      const path = parts.join('');
      if (methods && path.startsWith('/api/workspace/')) found.push(path);
    }
    return found;
  }
  const call = (visitor: Visitor, method: (typeof METHODS)[number], path: `/${string}`) =>
    method === 'GET'
      ? visitor.get(path)
      : visitor[method.toLowerCase() as 'post' | 'patch' | 'delete'](path, {});

  /** What each of them answers to this visitor, whatever the method. */
  async function askAll(visitor: Visitor, id: number): Promise<[string, Heard][]> {
    const answers: [string, Heard][] = [];
    for (const pattern of paths())
      for (const method of METHODS) {
        const path = pattern.replace(/:account_id/, String(id)).replace(/:\w+/g, '1');
        const heard = await call(visitor, method, path as `/${string}`);
        if (heard.http === 405) assert.doesNotMatch(String(heard.headers.allow), RegExp(method));
        else answers.push([`${method} ${pattern}`, heard]);
      }
    return answers;
  }

  test('are the ones that these tests know of', async () => {
    const { id, visitor } = await inside();
    await partner.updateAccount({ account_id: id, server, account_status: 0 });
    const found = (await askAll(visitor, id)).map(([name]) => name);
    const at = '/api/workspace/:account_id';
    assert.deepEqual(
      found.sort(),
      [
        `GET ${at}`,
        `GET ${at}/builder-check`,
        `GET ${at}/live`,
        `PATCH ${at}/settings`,
        `GET ${at}/agents`,
        `POST ${at}/agents`,
        `PATCH ${at}/agents/:agent_id`,
        `DELETE ${at}/agents/:agent_id`,
        `POST ${at}/agents/:agent_id/invitation`,
        `GET ${at}/log`,
        `GET ${at}/log/people`,
      ].sort(),
    );
  });

  test('are refused, every method of every one, without a session and after a cut', async () => {
    const { id, visitor } = await inside();
    for (const [, heard] of await askAll(newVisitor(service), id))
      assertFailure(heard, 'no_session');
    await partner.updateAccount({ account_id: id, server, account_status: 0 });
    for (const [, heard] of await askAll(visitor, id)) assertFailure(heard, 'account_disabled');
    await partner.updateAccount({ account_id: id, server, account_status: 1 });
    for (const [, heard] of await askAll(visitor, id)) assertFailure(heard, 'sign_in_again');
  });

  /** A server whose routes can still be added to. */
  function notListening() {
    const { config, database, mailer } = service;
    const log = pino({ level: 'silent' });
    const { http, operator } = createApp({ config, database, secretKeys: ['k'], log, mailer });
    atEnd(() => Promise.all([http.close(), operator.close()]));
    return (url: string, config = {}) =>
      http.route({ method: 'GET', url, config, handler: async () => ({}) });
  }

  test('cannot be declared past the gate', () => {
    const declare = notListening();
    const at = '/api/workspace/:account_id';
    const handlers = { GET: async () => ({}) };
    assert.throws(() => declare(`${at}/export`), /without passing the gate/);
    assert.throws(() => declare(`${at}/export`, { handlers }), /without passing the gate/);
    declare('/api/elsewhere');
  });

  test('cannot be declared past the gate by calling the parameter something else', () => {
    const declare = notListening();
    for (const part of [':id', ':accountId', '8', '*', ':account_id(^\\d+$)'])
      assert.throws(
        () => declare(`/api/workspace/${part}/export`),
        /without passing the gate/,
        part,
      );
  });

  test('want a cookie that this installation signed, of a session that lives', async () => {
    const { id, visitor } = await inside();
    const cookie = visitor.cookies.get(COOKIE) ?? assert.fail('no cookie');
    const [token = '', signature = ''] = decodeURIComponent(cookie).split('.');
    const other = (await inside()).visitor.cookies.get(COOKIE) ?? '';
    const flipped = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    const bad = [
      '',
      'x',
      '.',
      '%',
      '%00',
      token,
      `${token}.`,
      `.${signature}`,
      encodeURIComponent(`${token}.${flipped}`),
      encodeURIComponent(`${token}x.${signature}`),
      encodeURIComponent(`${token}.${decodeURIComponent(other).split('.')[1]}`),
      'x'.repeat(5000),
      "' or 1=1 --",
    ];
    const stranger = newVisitor(service);
    for (const value of bad) {
      stranger.cookies.set(COOKIE, value);
      assertFailure(await stranger.get(`/api/workspace/${id}`), 'no_session');
      assertFailure(await stranger.patch(`/api/workspace/${id}/settings`, {}), 'no_session');
      assertFailure(await stranger.get('/api/workspace'), 'no_session');
    }
    stranger.cookies.set(COOKIE, cookie);
    assert.equal((await stranger.get(`/api/workspace/${id}`)).http, 200);
    await service.database.write((db) =>
      db.query(sql`
        update sessions set expires_at = now() - interval '1 second' where token_hash = ${sha256(token)}`),
    );
    for (const [, heard] of await askAll(visitor, id)) assertFailure(heard, 'no_session');
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
  });

  test('know no account by what is no number of one', async () => {
    const { id, visitor } = await inside();
    const numbers = ['0', '00', '8.5', '-8', '+8', '8a', 'x', '99999999', '1e3', '٨', '', ' 8'];
    const odd = ['%00', '%0A', 'null', '%27', '..%2F8', 'x'.repeat(100), `${id}%20`, `${id},${id}`];
    for (const number of [...numbers.map(encodeURIComponent), ...odd])
      for (const path of ['', '/live', '/agents', '/log', '/settings'] as const) {
        if (number === '' && path === '') continue;
        const method = path === '/settings' ? 'PATCH' : 'GET';
        const heard = await call(visitor, method, `/api/workspace/${number}${path}`);
        assertFailure(heard, 'not_found');
      }
    assert.equal((await visitor.get(`/api/workspace/${String(id).padStart(7, '0')}`)).http, 200);
  });

  test('say so in their own shape also where the address is too long or malformed', async () => {
    const { visitor } = await inside();
    for (const number of ['8'.repeat(101), '%zz'])
      assertFailure(await visitor.get(`/api/workspace/${number}/log`), 'not_found');
  });

  test('know no agent by what is no number of one', async () => {
    const { id, visitor } = await inside();
    const at = `/api/workspace/${id}/agents` as const;
    for (const number of ['0', '2', '1.5', '-1', 'x', '9999999', '99999999', '%00', '1%20']) {
      assertFailure(await visitor.patch(`${at}/${number}`, { role: 'agent' }), 'not_found');
      assertFailure(await visitor.delete(`${at}/${number}`), 'not_found');
      assertFailure(await visitor.post(`${at}/${number}/invitation`), 'not_found');
    }
  });

  test('are nowhere but on the host of a server', async () => {
    const { email, id, visitor } = await inside();
    const console = newVisitor(service, null);
    console.cookies.set(COOKIE, visitor.cookies.get(COOKIE) ?? '');
    assertFailure(await console.get('/api/workspace'), 'not_found');
    for (const [, heard] of await askAll(console, id)) assertFailure(heard, 'not_found');
    const { host: port } = new URL(service.baseUrl);
    for (const host of [port, 'nowhere.localhost', 'online.localhost.evil.example'])
      assertFailure(await visitor.get(`/api/workspace/${id}`, { headers: { host } }), 'wrong_host');
    const elsewhere = newVisitor(service, 'second');
    assertFailure(await elsewhere.signIn(email), 'other_server');
  });

  test('change nothing for a page of another site', async () => {
    const { id, visitor } = await inside();
    const foreign = [
      { origin: 'http://second.localhost' },
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: '', 'sec-fetch-site': 'same-site' },
      { origin: '', 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const at = `/api/workspace/${id}` as const;
      const body = { language: 'he' };
      assertFailure(await visitor.patch(`${at}/settings`, body, { headers }), 'origin_refused');
      assertFailure(await visitor.delete(`${at}/agents/1`, {}, { headers }), 'origin_refused');
    }
    const { body } = await visitor.get(`/api/workspace/${id}`);
    assert.equal((body.settings as { language: string }).language, 'en');
  });
});
