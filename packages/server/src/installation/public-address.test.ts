import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../config.ts';
import { send } from '../testing/http.ts';
import { accountRequest, startService, type TestService } from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';
import { baseUrlOf, findsServers } from './public-address.ts';

describe('the address of an installation', () => {
  const addresses: [Record<string, string>, console: string, online: string][] = [
    [{}, 'http://localhost:8080', 'http://online.localhost:8080'],
    [{ HOST: '0.0.0.0' }, 'http://localhost:8080', 'http://online.localhost:8080'],
    [{ HOST: '::' }, 'http://localhost:8080', 'http://online.localhost:8080'],
    [{ HOST: '::1' }, 'http://[::1]:8080', 'http://online.localhost:8080'],
    [{ HOST: '127.0.0.2' }, 'http://127.0.0.2:8080', 'http://online.localhost:8080'],
    [{ HOST: '192.168.1.5' }, 'http://192.168.1.5:8080', 'http://online.localhost:8080'],
    [{ HOST: 'FE80::1%eth0' }, 'http://[fe80::1]:8080', 'http://online.localhost:8080'],
    [{ HOST: 'box.lan' }, 'http://box.lan:8080', 'http://online.localhost:8080'],
    [{ PORT: '80' }, 'http://localhost', 'http://online.localhost'],
    [{ PUBLIC_PORT: '9000' }, 'http://localhost:9000', 'http://online.localhost:9000'],
    [{ BASE_DOMAIN: 'Example.com' }, 'http://example.com', 'http://online.example.com'],
    [
      { BASE_DOMAIN: 'example.com', HOST: '10.0.0.5', PUBLIC_SCHEME: 'https' },
      ...['https://example.com', 'https://online.example.com'],
    ],
    [
      { BASE_DOMAIN: 'example.com', PUBLIC_SCHEME: 'https', PUBLIC_PORT: '8443' },
      ...['https://example.com:8443', 'https://online.example.com:8443'],
    ],
    [
      { BASE_DOMAIN: 'example.com', PUBLIC_SCHEME: 'https', PUBLIC_PORT: '443' },
      ...['https://example.com', 'https://online.example.com'],
    ],
  ] as [Record<string, string>, string, string][];
  for (const [environment, console, online] of addresses)
    test(`is ${console} with ${JSON.stringify(environment)}`, () => {
      const config = readConfig(environment);
      assert.equal(baseUrlOf(config, config.port), console);
      assert.equal(baseUrlOf(config, config.port, 'online'), online);
    });

  test('has servers below it where a browser finds them', () => {
    const finds = (environment: Record<string, string>) => findsServers(readConfig(environment));
    for (const HOST of ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'])
      assert.ok(finds({ HOST }));
    for (const HOST of ['127.0.0.2', '192.168.1.5', 'box.lan']) assert.ok(!finds({ HOST }));
    assert.ok(finds({ HOST: '192.168.1.5', BASE_DOMAIN: 'example.com' }));
  });

  test('is where the console is, when nothing of localhost leads here', async () => {
    const service = await startService({ environment: { HOST: '127.0.0.2' } });
    const { port } = new URL(service.baseUrl);
    const visit = (host: string, path: '/' | '/developers') =>
      send(service.baseUrl, path, { headers: { host, accept: 'text/html' } });
    const page = await visit(`127.0.0.2:${port}`, '/developers');
    assert.equal(page.http, 200);
    assert.match(page.text, new RegExp(`http://127\\.0\\.0\\.2:${port}`));
    assert.equal((await visit(`127.0.0.3:${port}`, '/')).http, 421);
    assert.equal((await newVisitor(service).get('/api/workspace')).http, 401);
  });
});

describe('PUBLIC_PORT', () => {
  test('is in every link, and pages opened there may write, whatever port Host has', async () => {
    const service = await startService({
      environment: { BASE_DOMAIN: 'example.com', PUBLIC_SCHEME: 'https', PUBLIC_PORT: '8443' },
    });
    const partner = await service.newPartner();
    const request = accountRequest();
    const account_id = await service.newAccount(partner, request);
    const { login } = await partner.loginAgent({
      accountID: account_id,
      agentID: 1,
      server: 'online',
    });
    assert.equal(new URL(login).origin, 'https://online.example.com:8443');
    const metadata = await send(service.baseUrl, '/.well-known/oauth-authorization-server', {});
    assert.equal(metadata.body.issuer, 'https://example.com:8443');

    const origin = 'https://online.example.com:8443';
    for (const host of ['online.example.com', 'online.example.com:8443', 'online.example.com:8080'])
      assert.equal((await signIn(service, request.admin_email, { host, origin })).http, 200, host);
    const foreign = { host: 'online.example.com', origin: 'https://online.example.com:9443' };
    assertFailure(await signIn(service, request.admin_email, foreign), 'origin_refused');
    const link = { host: 'online.example.com', origin };
    const { pathname } = new URL(login);
    const used = await send(service.baseUrl, pathname as `/${string}`, {
      ...{ method: 'POST', headers: link },
    });
    assert.equal(used.http, 303);
  });
});

describe('pages that are opened elsewhere than the configuration says', () => {
  const lines: string[] = [];
  const log = { write: (line: string) => void lines.push(line) };
  const started = startService({ environment: { LOG_LEVEL: 'error' }, log });
  const https = 'https://online.localhost:8080';

  test('are refused, and the log and /readyz say what to set, until one is right', async () => {
    const service = await started;
    const { host } = new URL(newVisitor(service).origin);
    const email = 'ada@example.com';
    assert.deepEqual(await warnings(service), []);
    const cases: [Record<string, string>, RegExp][] = [
      [{ host: 'online.localhost:8080', origin: https }, /set PUBLIC_SCHEME=https/],
      [{ host: 'online.localhost', origin: 'http://online.localhost:81' }, /set PUBLIC_PORT=81/],
      [{ host: 'online.localhost:81', origin: 'http://online.localhost' }, /set PUBLIC_PORT=80/],
      [{ 'x-forwarded-proto': 'https', host, origin: '' }, /set PUBLIC_SCHEME=https/],
    ];
    for (const [headers, sentence] of cases) {
      if (headers.origin) assertFailure(await signIn(service, email, headers), 'origin_refused');
      else await send(service.baseUrl, '/sign-in', { headers });
      assert.match((await warnings(service)).join(), sentence);
      assert.equal((await warnings(service)).length, 1);
      const own = { host, origin: `http://${host}` };
      assert.equal((await signIn(service, email, own)).http, 401);
      assert.deepEqual(await warnings(service), []);
    }
    assert.equal(lines.filter((line) => /PUBLIC_SCHEME/.test(line)).length, 1);
  });

  test('are another matter than pages of other sites', async () => {
    const service = await started;
    const others: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'https://second.localhost:8080' },
      { origin: https, 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
      { origin: 'x-y://online.localhost' },
    ];
    for (const headers of others) {
      const sent = { host: 'online.localhost:8080', ...headers };
      assertFailure(await signIn(service, 'ada@example.com', sent), 'origin_refused');
    }
    const stranger = { host: 'a.example', origin: 'http://a.example:31337' };
    assertFailure(await signIn(service, 'ada@example.com', stranger), 'wrong_host');
    assert.deepEqual(await warnings(service), []);
  });
});

const signIn = (service: TestService, email: string, headers: Record<string, string>) =>
  send(service.baseUrl, '/api/auth/sign-in/email', {
    method: 'POST',
    headers,
    body: { email, password: 'Correct-Horse1' },
  });

async function warnings(service: TestService): Promise<unknown[]> {
  return (await send(service.baseUrl, '/readyz', {})).body.warnings as unknown[];
}
