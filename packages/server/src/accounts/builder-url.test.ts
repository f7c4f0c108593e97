import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertRefused, send } from '../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';

describe('builder_url', () => {
  let service: TestService;
  let narrow: TestService;
  let partner: TestPartner;
  let account_id: number;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await startService();
    narrow = await startService({
      beside: service,
      environment: {
        BUILDER_HOSTS: 'builder.example.com, Flows.Example.com, localhost',
        BUILDER_HTTP_HOSTS: 'localhost,elsewhere.example',
      },
    });
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
    token = await partner.accessToken();
  });

  const set = (builder_url: unknown, at: TestService = service) =>
    send(at.baseUrl, 'updateAccount', { token, body: { account_id, server, builder_url } });

  test('is kept exactly as sent', async () => {
    const long = `https://b.example/${'é'.repeat(132)}`;
    assert.equal([...long].length, 150);
    for (const url of [
      'https://builder.example.com/login',
      'HTTPS://Builder.Example.COM:8443/a/../b?q=%20&x=1#Frag/@x',
      'https://xn--4dbcagdahymbxekheh6e0a7fei0b.example',
      'https://בנאי.example/זרימה?שם=ערך',
      'https://[2001:db8::1]/',
      'https://192.0.2.1',
      'https://a/%00',
      `https://b.example/${'x'.repeat(132)}`,
      long,
    ]) {
      assert.equal((await set(url)).body.builder_url, url, url);
      assert.equal((await partner.getAccount({ account_id, server })).builder_url, url);
    }
  });

  test('is cleared by ""', async () => {
    await set('https://b.example');
    assert.equal((await set('')).body.builder_url, '');
  });

  test('is refused when it is not an absolute https URL with a host and nothing odd', async () => {
    const wrong = [
      ...[
        'b.example',
        '/login',
        '//b.example',
        'https:',
        'https://',
        'https:///x',
        'https:b.example',
      ],
      ...[
        'http://b.example',
        'ftp://b.example',
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///x',
      ],
      ...[
        'https://user@b.example',
        'https://user:pw@b.example',
        'https://@b.example',
        'https://:@b.example',
      ],
      ...[
        ' https://b.example',
        'https://b.example ',
        'https://b.example/a b',
        'https://b.example/\t',
      ],
      ...[
        'https://b.example/\n',
        'https://b.example/\0',
        'https://b.example/\u00a0',
        'https:\\\\b.example',
      ],
      ...[
        'https://b.example\\@evil.example',
        'https://b.example/\u202e',
        'https://b.example/\u200b',
      ],
      ...[
        'https://b.example/\ud800',
        'https://b.example:99999',
        'https://.',
        'https://?',
        'https://#',
      ],
      ...[
        'https://a b.example',
        'https://%20',
        'https://[::1',
        'java\nscript:x',
        'https://b.example/\u2028',
      ],
      `https://b.example/${'x'.repeat(133)}`,
      ...[null, 8, true, [], ['https://b.example'], {}, ' '],
    ];
    for (const url of wrong) {
      const heard = await set(url);
      assertRefused(heard, 38, 422, url);
      assert.equal(heard.body.parameter, 'builder_url');
    }
  });

  test('names an allowed host where BUILDER_HOSTS is set, with any port and in any case', async () => {
    for (const url of [
      'https://builder.example.com:1',
      'https://FLOWS.example.com/x',
      'https://localhost',
    ])
      assert.equal((await set(url, narrow)).http, 200, url);
    for (const url of [
      'https://b.example',
      'https://builder.example.com.evil.example',
      'https://sub.builder.example.com',
      'https://evil.example/builder.example.com',
      'https://evil.example?builder.example.com',
      'https://evil.example#@builder.example.com',
      'https://builder.example.com.',
    ])
      assertRefused(await set(url, narrow), 38, 422, url);
    assert.equal((await set('', narrow)).http, 200);
  });

  test('may be http only where BUILDER_HTTP_HOSTS names the host, and BUILDER_HOSTS lets it', async () => {
    assert.equal((await set('http://localhost:5678/x', narrow)).http, 200);
    for (const url of ['http://builder.example.com', 'http://elsewhere.example'])
      assertRefused(await set(url, narrow), 38, 422, url);
  });
});
