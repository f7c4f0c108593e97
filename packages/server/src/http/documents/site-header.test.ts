import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { send } from '../../testing/http.ts';
import { startMailbox } from '../../testing/mail/mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const EVERYWHERE = [
  ['GET', '/'],
  ['GET', '/sign-in'],
  ['GET', '/nothing'],
  ['GET', '/login-link/x'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/reference'],
  ['GET', '/openapi.json'],
  ['GET', '/.well-known/oauth-authorization-server'],
  ['GET', '/api/workspace'],
  ['GET', '/api/nothing'],
  ['POST', '/oauth/token'],
  ['POST', '/api/settings/accessToken'],
] as const;

describe('a host that a header names', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  test('is not read from X-Forwarded-Host, unless a trusted proxy says it', async () => {
    const strangers = await startService({
      beside: service,
      environment: { TRUST_PROXY: '203.0.113.7' },
    });
    const proxied = await startService({
      beside: service,
      environment: { TRUST_PROXY: '127.0.0.1' },
    });
    const forwarded = { 'x-forwarded-host': 'online.localhost' };
    for (const { baseUrl } of [service, strangers]) {
      const ask = (host: string, more: Record<string, string>) =>
        send(baseUrl, '/api/workspace', { method: 'GET', headers: { host, ...more } });
      assertFailure(await ask('evil.com', forwarded), 'wrong_host');
      assertFailure(await ask('evil.com', { forwarded: 'host=online.localhost' }), 'wrong_host');
      assertFailure(
        await ask('online.localhost', { 'x-forwarded-host': 'evil.com' }),
        'no_session',
      );
    }
    const ask = (host: string) =>
      send(proxied.baseUrl, '/api/workspace', {
        method: 'GET',
        headers: { host: '10.0.0.1', 'x-forwarded-host': host },
      });
    assertFailure(await ask('online.localhost'), 'no_session');
    assertFailure(await ask('evil.com'), 'wrong_host');
    assertFailure(await ask('user@online.localhost'), 'wrong_host');
  });

  /** A request as it goes over the wire; what comes back, whole. */
  async function sayRaw(hostLines: string, path = '/api/workspace', version = '1.1') {
    const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/${version}\r\n${hostLines}connection: close\r\n\r\n`, 'latin1');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  test('that is empty or missing is none of ours', async () => {
    for (const lines of ['', 'host:\r\n', 'host: \r\n', 'host: \t \r\n'])
      for (const version of ['1.1', '1.0']) {
        assert.match(
          await sayRaw(lines, '/api/workspace', version),
          /^HTTP\/1\.1 421 [\s\S]*wrong_host/,
        );
        assert.match(
          await sayRaw(lines, '/', version),
          /^HTTP\/1\.1 421 [\s\S]*<h1>Nothing is served/,
        );
      }
  });

  test('with NUL, line breaks or a second name in it opens nothing and writes no header', async () => {
    for (const lines of [
      'host: online.localhost\0\r\n',
      'host: online.localhost\0.evil.com\r\n',
      'host: evil\nx-injected: yes\r\n',
      'host: evil\rx-injected: yes\r\n',
      'host: evil%0d%0ax-injected: yes\r\n',
      'host: evil.com\r\n x-injected: yes\r\n',
      'host: evil.com\r\nhost: online.localhost\r\n',
    ]) {
      const heard = await sayRaw(lines);
      assert.match(heard, /^HTTP\/1\.1 (400|421) /, JSON.stringify(lines));
      assert.doesNotMatch(heard, /x-injected/i);
    }
  });

  test('writes into no page, no link, no answer and no mail', async () => {
    const mailbox = await startMailbox();
    const mailing = await startService({
      beside: service,
      environment: { SMTP_URL: mailbox.url },
    });
    const email = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: email });
    const evil = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    };
    const token = await partner.accessToken();
    const body = { accountID: account, agentID: 1, server: 'online' };
    const link = await send(mailing.baseUrl, 'loginAgent', { token, headers: evil, body });
    assert.ok(String(link.body.login).startsWith(newVisitor(mailing).origin), link.text);
    const seen = [link.text];
    for (const [method, path] of EVERYWHERE) {
      const headers = { ...evil, accept: 'text/html' };
      const heard = await send(mailing.baseUrl, path, { method, headers });
      seen.push(heard.text + JSON.stringify(heard.headers));
    }
    for (const text of seen) assert.doesNotMatch(text, /evil\.example/);

    const visitor = newVisitor(mailing);
    const headers = { host: `ONLINE.localhost:1`, origin: '', 'x-forwarded-host': 'evil.example' };
    const asked = await visitor.post('/api/auth/request-password-reset', { email }, { headers });
    assert.equal(asked.http, 200, asked.text);
    const letter = await mailbox.next(email);
    assert.doesNotMatch(letter.text + letter.html, /evil|localhost:1\b|ONLINE/);
    assert.ok(letter.text.includes(`${visitor.origin}/`), letter.text);
  });
});
