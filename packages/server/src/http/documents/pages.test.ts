import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { reasons } from '@switchboard/contract';
import { sharedService, type TestService } from '../../testing/service.ts';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

describe('the pages', () => {
  let service: TestService;
  before(async () => {
    service = await sharedService();
  });

  const get = (path: string, options: RequestInit = {}) =>
    fetch(`http://localhost:${new URL(service.baseUrl).port}${path}`, options);
  const read = async (path: string) => (await get(path)).text();
  const numbers = new Set(Object.values(reasons).map(({ number }) => number));
  const partners = [...numbers].filter((number) => number < 100);

  test('the first one leads to everything else and calls this very installation', async () => {
    const html = await read('/developers');
    for (const path of ['/reference', '/reference/reasons', '/openapi.json', '/healthz', '/readyz'])
      assert.ok(html.includes(`href="${path}"`), path);
    const { port } = new URL(service.baseUrl);
    assert.ok(html.includes(`curl http://localhost:${port}/api/settings/accessToken`));
    assert.ok(!html.includes('localhost:8080'));
  });

  test('a host name cannot write into the first one', async () => {
    const headers = { host: 'a"><script>alert(1)</script>' };
    const { body } = await service.app.http.inject({ url: '/developers', headers });
    assert.ok(!body.includes('<script'));
  });

  test('every link of a page leads somewhere', async () => {
    const links = new Set<string>();
    for (const path of [
      '/developers',
      '/reference',
      '/reference/reasons',
      ...partners.map((n) => `/reference/reasons/${n}`),
    ])
      for (const [, link] of (await read(path)).matchAll(/href="(\/[^"#]*)/g))
        links.add(link ?? '');
    for (const link of links) assert.equal((await get(link)).status, 200, link);
  });

  test('every reason that partners see has its page, with cause, fix and HTTP status', async () => {
    for (const [name, { number, http }] of Object.entries(reasons)) {
      if (number >= 100) continue;
      const html = await read(`/reference/reasons/${number}`);
      assert.match(html, new RegExp(`<h2 id="${name}">.*HTTP ${http} `), name);
      assert.ok(html.includes(`&quot;reason&quot;: ${number},`), name);
    }
  });

  test('every page of a reason has its reason; any other number is a page that says so', async () => {
    const list = await read('/reference/reasons');
    const listed = [...list.matchAll(/href="\/reference\/reasons\/(\d+)"/g)].map(([, n]) =>
      Number(n),
    );
    assert.deepEqual(
      listed,
      partners.sort((a, b) => a - b),
    );
    for (const number of ['1', '100', '109', 'x', '033']) {
      const response = await get(`/reference/reasons/${number}`);
      assert.equal(response.status, 404, number);
      assert.match(await response.text(), /There is no such reason/);
    }
  });

  test('the reference loads from its own host alone and its policy lets it', async () => {
    const response = await get('/reference');
    const html = await response.text();
    const named = [...html.matchAll(/(src|href)="([^"]*)"/g)].map(
      ([, kind, to]) => `${kind} ${to}`,
    );
    const ways = ['href /developers', 'href /reference/reasons', 'href /openapi.json'];
    assert.deepEqual(named, [...ways, 'src /reference/scalar.js']);
    assert.doesNotMatch(html, /https?:\/\//);
    assert.ok((await read('/reference/scalar.js')).length > 1_000_000);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self' 'sha256-[^']+'; /);
    assert.match(policy, /connect-src 'self'/);
    assert.doesNotMatch(policy, /https?:|\*|unsafe-eval/);
  });

  test('the OpenAPI document names this very installation, for tools that import it', async () => {
    const { servers, components } = JSON.parse(await read('/openapi.json'));
    const { port } = new URL(service.baseUrl);
    assert.deepEqual(
      servers.map(({ url }: { url: string }) => url),
      [`http://localhost:${port}`],
    );
    const { tokenUrl } = components.securitySchemes.oauth.flows.clientCredentials;
    assert.equal(tokenUrl, `http://localhost:${port}/oauth/token`);
  });

  test('the OpenAPI document passes its linter without an error or a warning', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-openapi-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'openapi.json');
    writeFileSync(file, await read('/openapi.json'));
    const redocly = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [redocly, 'lint', file, '--config', join(ROOT, 'redocly.yaml'), '--format', 'json'],
      { env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    );
    const { totals } = JSON.parse(stdout) as { totals: object };
    assert.deepEqual(totals, { errors: 0, warnings: 0, ignored: 0 });
  });

  test('pages keep to themselves: no frame, no guessed type, no script', async () => {
    for (const path of [
      '/developers',
      '/reference',
      '/reference/reasons',
      '/reference/reasons/33',
      '/reference/reasons/0',
    ]) {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      if (path !== '/reference') assert.doesNotMatch(policy, /script-src/, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('strict-transport-security'), null);
    }
  });

  test('HEAD answers as GET does, and what a browser already has is not sent again', async () => {
    for (const path of ['/developers', '/style.css', '/mark.svg', '/openapi.json', '/reference']) {
      const head = await get(path, { method: 'HEAD' });
      const etag = head.headers.get('etag') ?? '';
      assert.equal(head.status, 200, path);
      assert.equal(await head.text(), '');
      assert.equal((await get(path, { headers: { 'if-none-match': etag } })).status, 304, path);
    }
  });

  test('the Partner API answers beside them as ever', async () => {
    const wrong = await get('/api/online/updateAccount');
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get('allow'), 'POST');
    const unknown = (await (await get('/api/online/nothing')).json()) as { reason: number };
    assert.equal(unknown.reason, 44);
  });
});
