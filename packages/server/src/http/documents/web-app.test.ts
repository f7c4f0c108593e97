import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { assertRefused, type Heard, send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const PAGES = [
  ...['/', '/sign-in', '/second-factor', '/forgot-password', '/reset-password', '/invitation'],
  ...['/accounts', '/accounts/8', '/accounts/8/settings', '/accounts/x/y/z', '/profile'],
  ...['/sign-in?next=/accounts/8', '/reset-password?token=x', '/accounts/%D7%A9', '/accounts/<b>'],
] as `/${string}`[];
const UNKNOWN = ['/nothing', '/sign-in/x', '/admin', '/index.html', '/.env', '/dist', '/Accounts'];
const HTML = { accept: 'text/html,*/*;q=0.8' };

describe('the web app', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  const get = (path: string, headers: Record<string, string> = {}, at = service) =>
    newVisitor(at).get(path as `/${string}`, { headers });

  function assertPage({ http, headers, text }: Heard, path: string, status = 200): void {
    assert.equal(http, status, path);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8', path);
    assert.match(text, /^<!doctype html>\n<html lang="en" dir="ltr">[\s\S]*<div id="app">/, path);
    assert.equal(headers['set-cookie'], undefined, path);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-cache');
    for (const name of ['accept-language', 'cookie'])
      assert.ok(String(headers.vary).includes(name), path);
  }

  test('answers every path of a page, and is not sent again to a browser that has it', async () => {
    for (const path of PAGES) {
      const heard = await get(path, HTML);
      assertPage(heard, path);
      const etag = String(heard.headers.etag);
      assert.equal((await get(path, { 'if-none-match': etag })).http, 304, path);
      assertPage(await get(path, { 'if-none-match': '"x"' }), path);
      const other = { 'if-none-match': etag, 'accept-language': 'he' };
      assert.equal((await get(path, other)).http, 200, path);
    }
  });

  test('answers HEAD as GET, and no other method', async () => {
    const host = new URL(newVisitor(service).origin).host;
    for (const path of PAGES) {
      const head = await send(service.baseUrl, path, { method: 'HEAD', headers: { host } });
      assert.deepEqual([head.http, head.text], [200, ''], path);
      for (const method of ['POST', 'PUT', 'DELETE'])
        assert.ok((await send(service.baseUrl, path, { method, headers: { host } })).http >= 400);
    }
  });

  test('says that a page is not there in a page to browsers, and in JSON to programs', async () => {
    for (const path of UNKNOWN) {
      assertPage(await get(path, HTML), path, 404);
      for (const accept of ['', '*/*', 'application/json'])
        assertRefused(await get(path, { accept }), 44, 404, path);
    }
    for (const path of ['/api/nothing', '/api/online/nothing', '/api'])
      assertRefused(await get(path, HTML), 44, 404, path);
    for (const path of ['/api/auth/x', '/api/workspace/8/x', '/api/profile/x', '/api/invitation/x'])
      assertFailure(await get(path, HTML), 'not_found');
  });

  test('runs no script but its own and is framed by nobody', async () => {
    for (const path of [...PAGES, '/nothing']) {
      const { headers, text } = await get(path, HTML);
      const policy = String(headers['content-security-policy']).split('; ');
      for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'"])
        assert.ok(policy.includes(part), part);
      for (const part of ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"])
        assert.ok(policy.includes(part), part);
      assert.doesNotMatch(policy.join('; '), /unsafe-eval|https?:|\*|script-src[^;]*unsafe/);
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.doesNotMatch(
        text,
        /<script(?![^>]*\ssrc="\/assets\/)|\son\w+=|javascript:|https?:\/\//,
      );
    }
  });

  test("is the console's own at BASE_DOMAIN, whose pages the online does not have, nor it theirs", async () => {
    const there = (path: string) =>
      newVisitor(service, null).get(path as `/${string}`, { headers: HTML });
    for (const path of ['/', '/sign-in', '/invitation?token=x', '/profile', '/p/1', '/p/x/y/z']) {
      const heard = await there(path);
      assertPage(heard, path);
      assert.match(heard.text, /src="\/assets\/console-/, path);
    }
    for (const path of ['/accounts', '/accounts/8', '/nothing'])
      assertPage(await there(path), path, 404);
    assertPage(await get('/p/1/accounts', HTML), '/p', 404);
    assert.doesNotMatch((await get('/sign-in', HTML)).text, /src="\/assets\/console-/);
  });

  test('lets nobody frame the console, whoever may frame the online', async () => {
    const environment = { EMBED_ORIGINS: 'https://crm.example.com' };
    const embedded = await startService({ beside: service, environment });
    for (const path of ['/', '/sign-in', '/p/1/accounts', '/nothing'] as const) {
      const { headers } = await newVisitor(embedded, null).get(path, { headers: HTML });
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.equal(headers['x-frame-options'], 'DENY', path);
    }
  });

  test('is framed by exactly the origins of EMBED_ORIGINS', async () => {
    const environment = { EMBED_ORIGINS: 'https://crm.example.com, http://desk.example.org:81' };
    const embedded = await startService({ beside: service, environment });
    for (const path of [...PAGES, '/nothing']) {
      const { headers } = await get(path, HTML, embedded);
      const [, allowed] =
        /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy'])) ?? [];
      assert.equal(allowed, 'https://crm.example.com http://desk.example.org:81', path);
      assert.equal(headers['x-frame-options'], undefined, path);
    }
  });

  /** What the page loads. */
  async function assets(): Promise<string[]> {
    const { text } = await get('/sign-in');
    const found = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path]) => path ?? '');
    assert.ok(found.length > 3 && found.every((path) => path.startsWith('/assets/')), text);
    return found;
  }

  test('has assets that never change, compressed, and not sent again', async () => {
    for (const path of await assets()) {
      const plain = await get(path);
      const zipped = await fetchRaw(path, { 'accept-encoding': 'gzip, br' });
      assert.equal(plain.http, 200, path);
      for (const { headers } of [plain, zipped]) {
        assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.ok(String(headers.vary).includes('accept-encoding'));
        assert.match(String(headers['content-type']), /^(text\/(javascript|css)|image\/svg\+xml)/);
      }
      assert.deepEqual(
        [plain.headers['content-encoding'], zipped.headers['content-encoding']],
        [undefined, 'gzip'],
      );
      assert.equal(gunzipSync(zipped.bytes).toString(), plain.text);
      for (const accept of ['', 'gzip']) {
        const { etag } = accept ? zipped.headers : plain.headers;
        const headers = { 'if-none-match': String(etag), 'accept-encoding': accept };
        assert.equal((await get(path, headers)).http, 304, path);
      }
    }
  });

  /** Bytes as they come: `fetch` would unpack them, and `send` makes text of them. */
  async function fetchRaw(path: string, headers: Record<string, string> = {}) {
    const { host } = new URL(newVisitor(service).origin);
    const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1');
    await once(socket, 'connect');
    const lines = Object.entries({ host, ...headers, connection: 'close' });
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.map((l) => l.join(': ')).join('\r\n')}\r\n\r\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    const all = Buffer.concat(chunks);
    const end = all.indexOf('\r\n\r\n');
    const [status = '', ...head] = all.subarray(0, end).toString().split('\r\n');
    const found = head.map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*: */, '')]);
    return {
      http: Number(status.split(' ')[1]),
      headers: Object.fromEntries(found) as Record<string, string>,
      bytes: all.subarray(end + 4),
    };
  }

  test('has no other asset, and nothing outside its folder can be read', async () => {
    for (const path of [
      '/assets/nothing.js',
      '/assets/index.html',
      '/assets/__proto__',
      '/assets/.',
    ])
      assertFailure(await get(path), 'not_found');
    const [asset = ''] = await assets();
    const up = [
      '..',
      '%2e%2e',
      '..%2f..',
      '%2e%2e%2f%2e%2e',
      '..%5c..',
      '..%c0%af..',
      '%252e%252e',
    ];
    for (const target of ['index.html', '.vite/manifest.json', 'package.json', 'etc/passwd', ''])
      for (const step of up)
        for (const from of ['/assets/', '/assets//', '/accounts/', '/', `${asset}/`])
          for (const depth of [1, 3, 8]) {
            const path = from + `${step}/`.repeat(depth) + target;
            const { http, bytes } = await fetchRaw(path);
            const text = bytes.toString();
            assert.ok(http < 500, path);
            assert.doesNotMatch(text, /root:|"workspaces"|"name": "@?switchboard|isEntry/, path);
            if (from.startsWith('/assets')) assert.ok(http >= 400, `${path}: ${http}`);
          }
  });

  test('is given no cookie that a script could read or another host could get', async () => {
    const email = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: email });
    const https = { PUBLIC_SCHEME: 'https', BASE_DOMAIN: 'example.com' };
    const secure = await startService({ beside: service, environment: https });
    for (const at of [service, secure]) {
      const visitor = newVisitor(at);
      await visitor.signIn(email);
      await visitor.post('/api/auth/two-factor/enable', { password: 'Correct-Horse1' });
      await visitor.post('/api/auth/change-password', {
        currentPassword: 'Correct-Horse1',
        newPassword: 'Correct-Horse1',
        revokeOtherSessions: true,
      });
      await visitor.post('/api/auth/sign-out');
      for (const dest of ['document', 'iframe']) {
        const body = { accountID: account, agentID: 1, server: 'online' };
        const path = new URL((await partner.loginAgent(body)).login).pathname as `/${string}`;
        await visitor.post(path, undefined, { headers: { 'sec-fetch-dest': dest } });
      }
      assert.ok(visitor.setCookies.length >= 6, visitor.setCookies.join('\n'));
      for (const set of visitor.setCookies) {
        assert.match(set, /; Path=\/(;|$)/, set);
        assert.match(set, /; HttpOnly(;|$)/, set);
        assert.doesNotMatch(set, /domain=/i, set);
        assert.match(set, /; SameSite=(Lax|None; Partitioned)(;|$)/, set);
        if (at === secure) assert.match(set, /^__Host-.*; Secure(;|$)/, set);
      }
    }
  });
});
