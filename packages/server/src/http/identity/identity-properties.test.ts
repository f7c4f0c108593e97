import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  type FailureCode,
  failures,
  failuresOf,
  identityCalls,
  type PageCall,
} from '@switchboard/contract';
import fc from 'fast-check';
import { type Heard, send } from '../../testing/http.ts';
import { startPostgres } from '../../testing/postgres.ts';
import { accountRequest, startService, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const ROUNDS = 250;
const calls = Object.entries(identityCalls) as [string, PageCall][];

/** In its shape, and with none but the codes that the call declares. */
function assertShaped(heard: Heard, call: PageCall, label: string): void {
  const { error } = heard.body as { error?: { code: FailureCode } };
  assert.ok(heard.http < 500, `${label}: ${heard.text}`);
  if (heard.http === 200) assert.equal(error, undefined, label);
  else if (error && error.code in failures) {
    assertFailure(heard, error.code);
    assert.ok(failuresOf(call).has(error.code), `${label}: undeclared ${error.code}`);
  } else assert.fail(`${label}: ${heard.http} ${heard.text}`);
}

describe('whatever is sent to the identity paths', () => {
  let service: TestService;
  const email = accountRequest().admin_email;
  before(async () => {
    service = await startService({ environment: { TRUST_PROXY: 'loopback' } });
    await service.newAccount(await service.newPartner(), { admin_email: email });
  });

  const text = fc.oneof(
    fc.constantFrom(email, 'Correct-Horse1', 'totp', '000000', '\0', 'a\0@example.com', '\ud800'),
    fc.string({ unit: 'binary' }),
    fc.string().map((value) => `${value}\0\udfff`),
  );
  const value = fc.oneof({ weight: 4, arbitrary: text }, fc.boolean(), fc.jsonValue());
  const fields = [
    ...['email', 'password', 'token', 'newPassword', 'currentPassword', 'code', 'method'],
    ...['trustDevice', 'rememberMe', 'revokeOtherSessions', 'callbackURL', '__proto__', 'id'],
  ];
  const body = fc.oneof(
    { weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...fields), value) },
    fc.jsonValue(),
  );
  const cookie = fc.oneof(
    fc.constant(''),
    fc.stringMatching(/^[!-:<-~]{0,60}$/).map((junk) => `switchboard.session=${junk}`),
    fc.stringMatching(/^[!-:<-~]{0,60}$/).map((junk) => `switchboard.two_factor=${junk}; =; a`),
  );

  test('by anybody, the answer has our shape and is no fault', async () => {
    let addresses = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), body, cookie, async ([name, call], sent, jar) => {
        const n = ++addresses;
        const visitor = newVisitor(service);
        const heard = await send(service.baseUrl, call.path, {
          method: call.method,
          headers: {
            host: new URL(visitor.origin).host,
            'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
            ...(jar && { cookie: jar }),
          },
          ...(call.method === 'POST' && { body: JSON.stringify(sent) }),
        });
        assertShaped(heard, call, `${name} ${JSON.stringify(sent)} ${jar}`);
      }),
      { numRuns: ROUNDS },
    );
  });

  test('by somebody who is signed in, too', async () => {
    let visitor: Visitor | undefined;
    const isIn = async () => (await visitor?.get('/api/auth/get-session'))?.body.session;
    let addresses = 0;
    const stays = calls.filter(([, { path }]) => !/password$|enable|sign-in/.test(path));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...stays), body, async ([name, call], sent) => {
        const headers = { 'x-forwarded-for': `11.0.${++addresses >> 8}.${addresses & 255}` };
        if (!(await isIn())) {
          visitor = newVisitor(service);
          await visitor.signIn(email, undefined, { headers });
        }
        const heard =
          call.method === 'GET'
            ? await visitor?.get(call.path, { headers })
            : await visitor?.post(call.path, JSON.stringify(sent), { headers });
        assert.ok(heard);
        assertShaped(heard, call, `${name} ${JSON.stringify(sent)}`);
      }),
      { numRuns: ROUNDS },
    );
  });

  test('that is no JSON object, the body is at fault', async () => {
    const visitor = newVisitor(service);
    for (const sent of ['{', '[]', 'null', '1', '"x"', Buffer.from([0xff, 0xfe]), 'email=a&b=c'])
      assertFailure(await visitor.post('/api/auth/sign-in/email', sent), 'body_invalid');
    const large = JSON.stringify({ email, password: 'x'.repeat(70_000) });
    assertFailure(await visitor.post('/api/auth/sign-in/email', large), 'body_too_large');
    const headers = { 'content-type': 'text/plain' };
    const sent = { email, password: 'Correct-Horse1' };
    assert.equal((await visitor.post('/api/auth/sign-in/email', sent, { headers })).http, 200);
  });
});

test('while the database is away every identity path is unavailable, and serves again after', async () => {
  const postgres = await startPostgres();
  const service = await startService({ connection: postgres.connection });
  const email = accountRequest().admin_email;
  await service.newAccount(await service.newPartner(), { admin_email: email });
  const visitor = newVisitor(service);
  assert.equal((await visitor.signIn(email)).http, 200);
  const password = 'Correct-Horse1';
  const sent = { email, password, currentPassword: password, newPassword: 'Better-Horse2' };
  await postgres.stop();
  for (const [, { method, path }] of calls) {
    const body = { ...sent, token: 'x', code: '000000' };
    const heard = method === 'GET' ? await visitor.get(path) : await visitor.post(path, body);
    assertFailure(heard, 'unavailable');
    assert.equal(heard.headers['set-cookie'], undefined);
  }
  await postgres.start();
  for (let tries = 0; (await visitor.get('/api/auth/get-session')).http !== 200; tries++)
    assert.ok(tries < 100);
  assert.ok((await visitor.get('/api/auth/get-session')).body.session);
});
