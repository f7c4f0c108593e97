import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints } from '@switchboard/contract';
import { assertRefused, assertShaped, type Heard, send } from '../../testing/http.ts';
import { sharedService, type TestService } from '../../testing/service.ts';

const calls = (Object.entries(endpoints) as [EndpointName, Endpoint][]).filter(
  ([, { surface }]) => surface !== 'operator',
);
const METHODS =
  'GET POST PUT PATCH DELETE OPTIONS TRACE PROPFIND PROPPATCH MKCOL COPY LOCK REPORT PURGE QUERY'.split(
    ' ',
  );

describe('method and address', () => {
  let service: TestService;

  before(async () => {
    service = await sharedService();
  });

  test('another method is 405 with Allow before all else: no token, a body of 1 MB', async () => {
    const body = Buffer.alloc(1_000_000, 'x');
    for (const [name, { method: right }] of calls)
      for (const method of METHODS.filter((other) => other !== right)) {
        const heard = await send(service.baseUrl, name, { method, body });
        assertRefused(heard, 13, 405, { name, method });
        assert.equal(heard.headers.allow, right);
        assert.match(String(heard.body.message), new RegExp(`${method}; use ${right}`));
      }
  });

  test('HEAD is 405 with Allow and no body', async () => {
    for (const [name, { method }] of calls) {
      const heard = await send(service.baseUrl, name, { method: 'HEAD' });
      assert.deepEqual([heard.http, heard.headers.allow, heard.text], [405, method, '']);
    }
  });

  test('an unknown call is 404 with reason 44 and the nearest one, whatever the method', async () => {
    const unknown = [
      ['/api/online/updateAcount', '/api/online/updateAccount'],
      ['/api/online/updateaccount', '/api/online/updateAccount'],
      ['/api/online/getAccounts/', '/api/online/getAccounts'],
      ['/api/online/%E0%A4%A', undefined],
      ['/api/online/%00', undefined],
      ['/api', undefined],
    ] as const;
    for (const [path, nearest] of unknown)
      for (const method of ['GET', 'POST', 'PURGE']) {
        const heard = await send(service.baseUrl, path, { method });
        assertRefused(heard, 44, 404, { path, method });
        if (nearest) assert.match(String(heard.body.message), new RegExp(`mean ${nearest}\\?`));
      }
  });

  test('an escaped address is the same call', async () => {
    const heard = await send(service.baseUrl, '/api/online/%67etAccounts', { method: 'PUT' });
    assertRefused(heard, 13, 405);
  });

  test('what is hardly HTTP is answered in the same shape', async () => {
    const requests = [
      'nonsense\r\n\r\n',
      'BREW /api/online/getAccounts HTTP/1.1\r\nhost: x\r\n\r\n',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      'POST /api/online/updateAccount HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n',
      'GET /api/online/getAccounts HTTP/1.1\r\nconnection: close\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'GET http://elsewhere.example/api/online/getAccounts HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'POST /api/online/updateAccount HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n',
      'GET /api/online/getAccounts HTTP/1.1\r\nhost: x\r\nexpect: nothing\r\nconnection: close\r\n\r\n',
    ];
    for (const request of requests) {
      const { head, text } = await sendRaw(request);
      const label = `${request.slice(0, 60)} → ${head} ${text}`;
      const body = JSON.parse(text || '{}') as Heard['body'];
      assert.match(head, /^HTTP\/1\.1 4\d\d /, label);
      assert.equal(body.status, 'FAIL', label);
      assert.equal(body.request_id, /^x-request-id: (.*)$/im.exec(head)?.[1], label);
      assert.match(head, /^cache-control: no-store$/im, label);
      assert.match(head, /^content-type: application\/json; charset=utf-8$/im, label);
    }
  });

  function sendRaw(request: string): Promise<{ head: string; text: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(service.baseUrl).port), '127.0.0.1');
      let all = '';
      socket.on('data', (chunk) => {
        all += chunk;
      });
      socket.on('error', reject);
      socket.on('end', () => {
        const [head = '', text = ''] = all.split('\r\n\r\n');
        resolve({ head, text });
      });
      socket.write(request);
    });
  }

  test('an OK answer has its shape too', async () => {
    const partner = await service.newPartner();
    const token = await partner.accessToken();
    assertShaped(await send(service.baseUrl, 'getAccounts', { token }));
  });
});
