import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as open } from 'node:http';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { type Sent, send } from '../testing/http.ts';
import { accountRequest, startService, type TestService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

describe('every answer forbids browsers to guess its type', () => {
  let service: TestService;
  before(async () => {
    service = await startService({ environment: { OPERATOR_TOKEN: 'a-token-of-the-operator' } });
  });

  const answers: [string, `/${string}`, number, Sent?][] = [
    ['a page', '/', 200],
    ['JSON', '/openapi.json', 200],
    ['health', '/healthz', 200],
    ['OAuth metadata', '/.well-known/oauth-authorization-server', 200],
    ['a refusal', '/api/online/updateAccount', 401, { method: 'POST', body: {} }],
    ['another method', '/api/online/updateAccount', 405, { method: 'PUT' }],
    ['an unknown call', '/api/online/unknown', 404],
    ['an unknown page', '/unknown', 404, { headers: { accept: 'text/html' } }],
    ['an address that is none', '/%ff', 404],
    ['a page call', '/api/workspace', 404],
    ['an unread Expect', '/healthz', 200, { headers: { expect: 'anything' } }],
    ['a body that is too large', '/oauth/token', 413, { method: 'POST', body: 'x'.repeat(70_000) }],
  ];
  for (const [what, path, status, sent] of answers)
    test(what, async () => {
      const { http, headers } = await send(service.baseUrl, path, {
        ...sent,
        headers: { host: `localhost:${new URL(service.baseUrl).port}`, ...sent?.headers },
      });
      assert.deepEqual([http, headers['x-content-type-options']], [status, 'nosniff']);
    });

  test("the operator's, an export too", async () => {
    const token = 'a-token-of-the-operator';
    for (const path of ['/operator/listPartners', '/operator/export'] as const) {
      const { http, headers } = await send(service.operatorUrl, path, {
        method: 'POST',
        token,
        body: path.endsWith('export') ? undefined : {},
      });
      assert.deepEqual([http, headers['x-content-type-options']], [200, 'nosniff']);
    }
    const { headers } = await send(service.operatorUrl, '/operator/listPartners', {});
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  test('a redirect, a live stream and what was no request', async () => {
    const request = accountRequest();
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner, request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
    const headers = { host: new URL(visitor.origin).host, cookie };
    const live = open(`${service.baseUrl}/api/workspace/${account_id}/live`, { headers }).end();
    const [stream] = await once(live, 'response');
    assert.deepEqual(
      [stream.headers['content-type'], stream.headers['x-content-type-options']],
      ['text/event-stream; charset=utf-8', 'nosniff'],
    );
    live.destroy();

    const where = { accountID: account_id, server: 'online' };
    const { list } = await partner.getAgents(where);
    const { login } = await partner.loginAgent({ ...where, agentID: list[0]?.id ?? 0 });
    const { pathname } = new URL(login);
    const used = await newVisitor(service).post(pathname as `/${string}`);
    assert.deepEqual([used.http, used.headers['x-content-type-options']], [303, 'nosniff']);

    const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1');
    socket.write('nonsense\r\n\r\n');
    const [told] = await once(socket, 'data');
    assert.match(String(told), /^HTTP\/1.1 400 .*\r\nx-content-type-options: nosniff\r\n.*\}\n$/s);
    socket.destroy();
  });
});
