import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Heard, send } from '../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

const PAGES = ['/', '/sign-in', '/accounts', '/accounts/8', '/profile', '/nothing-here'] as const;
const CALLS = [
  ['GET', '/api/auth/get-session'],
  ['POST', '/api/auth/sign-in/email'],
  ['POST', '/api/auth/sign-out'],
  ['GET', '/api/workspace'],
  ['GET', '/api/workspace/8'],
  ['GET', '/api/workspace/8/live'],
  ['PATCH', '/api/workspace/8/settings'],
  ['GET', '/api/profile'],
  ['DELETE', '/api/profile/devices'],
  ['POST', '/api/invitation'],
  ['POST', '/api/invitation/accept'],
] as const;
const EVERYWHERE = [
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
  ['GET', '/reference', 200],
  ['GET', '/reference/reasons', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/.well-known/oauth-authorization-server', 200],
  ['POST', '/oauth/token', 400],
  ['POST', '/oauth/revoke', 400],
  ['POST', '/api/settings/accessToken', 400],
  ['POST', '/api/online/updateAccount', 401],
] as const;

/** What begins like the console's and goes on like nobody's. */
const ALMOST_CONSOLE = [
  ...['localhost:', 'localhost:evil', 'localhost:0x50', 'localhost:99999', 'localhost:080'],
  ...['localhost:1@evil.com', 'localhost:"><script>x</script>', 'localhost:80/evil'],
];

/** Whatever a stranger may put there; none of them is a site's. */
const wrongHosts = (port: string): string[] => [
  ...[`nowhere.localhost:${port}`, `127.0.0.1:${port}`, '127.0.0.1', '0.0.0.0', '2130706433'],
  ...['[::1]', `[::1]:${port}`, '[::ffff:127.0.0.1]', '[', '[::1', '::1', '[online.localhost]'],
  ...['online.localhost.evil.com', 'evil-online.localhost', 'a.online.localhost'],
  ...['localhost.evil.com', 'evil-localhost', 'evillocalhost', 'online.local', 'online'],
  ...['online.localhost.', `online.localhost.:${port}`, 'localhost.', `localhost.:${port}`, '.'],
  ...[
    '.localhost',
    '..localhost',
    'online..localhost',
    '*.localhost',
    '_.localhost',
    '%.localhost',
  ],
  ...['user@online.localhost', 'user:pw@online.localhost', '@online.localhost', 'a@localhost'],
  ...['online.localhost/', 'online.localhost/x', 'online.localhost?x', 'online.localhost#x'],
  ...[
    'online.localhost\\x',
    '/online.localhost',
    '//online.localhost',
    'localhost/..',
    'localhost#',
  ],
  ...[
    'online.localhost:',
    'online.localhost:0x50',
    'online.localhost:99999',
    'online.localhost:-1',
  ],
  ...['online.localhost:80:80', 'online.localhost:080', 'online.localhost:1@evil.com'],
  ...['%6fnline.localhost', 'online%2elocalhost', 'on\tline.localhost', 'on line.localhost'],
  ...[
    'online.localhost, evil.com',
    'evil.com, online.localhost',
    'online.localhost;x',
    'http://localhost',
  ],
  ...[
    'a"><script>alert(1)</script>',
    "x' or '1'='1",
    'server:online',
    '\u00e9.localhost',
    '\u00ad',
  ],
  ...['a'.repeat(300), `${'a'.repeat(300)}.localhost`, `${'online.'.repeat(40)}localhost`],
];

describe('the host of a request', () => {
  let service: TestService;
  let partner: TestPartner;
  let port: string;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    ({ port } = new URL(service.baseUrl));
  });

  const html = { accept: 'text/html,application/xhtml+xml' };
  const visit = (method: string, path: `/${string}`, host: string, headers = {}) =>
    send(service.baseUrl, path, { method, headers: { host, ...headers } });
  const consoleOf = (at = service) => `http://localhost:${new URL(at.baseUrl).port}`;

  function assertNoPage({ http, headers, text }: Heard, host: string): void {
    assert.equal(http, 421, `${host}: ${text.slice(0, 200)}`);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8', host);
    assert.ok(text.includes(`href="${consoleOf()}"`), host);
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/);
    assert.deepEqual([headers['x-frame-options'], headers['set-cookie']], ['DENY', undefined]);
    if (host.includes('evil') || host.includes('<')) assert.ok(!text.includes(host), host);
  }

  test('that is no site of ours is answered with 421 by every call, before anything else', async () => {
    for (const host of [...wrongHosts(port), ...ALMOST_CONSOLE])
      for (const [method, path] of CALLS) {
        const heard = await visit(method, path, host);
        assertFailure(heard, 'wrong_host');
        assert.equal(heard.headers['set-cookie'], undefined);
      }
  });

  test('that is no site of ours is answered with a page of 421 by every page', async () => {
    for (const host of wrongHosts(port))
      for (const path of PAGES) assertNoPage(await visit('GET', path, host, html), host);
  });

  test("that begins like the console's and is malformed is no console", async () => {
    for (const path of ['/sign-in', '/accounts', '/'] as const)
      for (const host of ALMOST_CONSOLE) assertNoPage(await visit('GET', path, host, html), host);
  });

  test('that is no site of ours is answered with a page of 421 by a login link too', async () => {
    for (const host of ['nowhere.localhost', '127.0.0.1', 'online.localhost.evil.com'])
      assertNoPage(await visit('GET', '/login-link/x', host, html), host);
  });

  test('that is no site of ours uses up no login link, whatever origin it says', async () => {
    const account = await service.newAccount(partner);
    const { login } = await partner.loginAgent({
      accountID: account,
      agentID: 1,
      server: 'online',
    });
    const { pathname, origin } = new URL(login);
    const path = pathname as `/${string}`;
    for (const host of wrongHosts(port))
      for (const own of [origin, `http://${host.toLowerCase()}`]) {
        const heard = await visit('POST', path, host, { origin: own });
        assert.deepEqual([heard.http, heard.headers['set-cookie']], [421, undefined], host);
      }
    assert.equal((await newVisitor(service).post(path)).http, 303);
  });

  test('may be anything for programs: API, OAuth, health, reference', async () => {
    const hosts = [...wrongHosts(port), 'localhost', 'online.localhost'];
    for (const [method, path, http] of EVERYWHERE)
      for (const host of hosts) {
        const heard = await visit(method, path, host);
        assert.equal(heard.http, http, `${host} ${path}: ${heard.text.slice(0, 200)}`);
      }
  });

  test("is taken in any case, with any port, as the console's or the server's", async () => {
    for (const host of ['ONLINE.localhost', 'Online.LocalHost:1', 'online.localhost:65535']) {
      assertFailure(await visit('GET', '/api/workspace', host), 'no_session');
      assert.notEqual((await visit('GET', '/sign-in', host, html)).http, 421);
    }
    for (const host of ['localhost', 'LOCALHOST:1']) {
      assert.equal((await visit('GET', '/api/auth/get-session', host)).text, 'null');
      assertFailure(await visit('GET', '/api/workspace', host), 'not_found');
      assert.match((await visit('GET', '/', host, html)).text, /<div id="app">/);
    }
  });

  test('that was registered a moment ago works at once, on every node', async () => {
    const second = await startService({ beside: service });
    for (const [index, node] of [service, second, service, second].entries()) {
      const name = `fresh-${index}`;
      for (const at of [service, second])
        assertFailure(await newVisitor(at, name).get('/api/workspace'), 'wrong_host');
      await node.operator.createServer({ server: name });
      for (const at of [service, second])
        assertFailure(await newVisitor(at, name).get('/api/workspace'), 'no_session');
    }
  });
});
