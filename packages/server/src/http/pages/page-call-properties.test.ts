import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type FailureBody, failures, pageCalls } from '@switchboard/contract';
import fc from 'fast-check';
import { type Known, requestTo } from '../../testing/arbitrary.ts';
import { type Heard, type Sent, send } from '../../testing/http.ts';
import { newMember } from '../../testing/member.ts';
import { calls, type Method } from '../../testing/page-calls.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const ROUNDS = 100;

test('every page call is tried here, or with those of identity', () => {
  const bare = (path: string) => path.replaceAll(/:[a-z_]+/g, ':');
  const tried = new Set(calls.map(([method, path]) => `${method} ${bare(path)}`));
  const left = Object.values(pageCalls)
    .filter(({ path }) => !path.startsWith('/api/auth/'))
    .map(({ method, path }) => `${method} ${bare(path)}`)
    .filter((call) => !tried.has(call));
  assert.deepEqual(left, []);
});

describe('no request whatever of a page', () => {
  let service: TestService;
  let partner: TestPartner;
  let visitor: Visitor;
  let member: Visitor;
  let account: number;
  let stranger: number;
  before(async () => {
    // More writes than a person may do in this time.
    service = await startService({ limits: { writes: { perSecond: 1, burst: 10_000 } } });
    partner = await service.newPartner();
    const email = accountRequest().admin_email;
    account = await service.newAccount(partner, { admin_email: email, agents: 9999 });
    stranger = await service.newAccount(partner);
    visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    member = await newMember(service, partner);
  });

  const noise = fc
    .string({ unit: 'binary', maxLength: 50 })
    .map((text) => encodeURIComponent(text.toWellFormed()));
  const strange = fc.oneof(
    fc.constantFrom(
      ...['0', '-1', '01', '1e3', '1.0', '9999999', '10000000', '99999999999999999999', '%00'],
      ...['%20', '%2e%2e%2e', '%2F', '%5C', '%EF%BF%BF', '%F0%9F%98%80'],
      ...["'", 'x'.repeat(100), 'null'],
      ...['00000000-0000-0000-0000-000000000000', '__proto__', '%D9%A1', '*', ':account', '+1'],
    ),
    noise,
  );
  // One or two dots are steps in a path, and the client takes them.
  const segment = (...right: string[]) =>
    fc
      .oneof({ weight: 3, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: strange })
      .filter((text) => !/^(\.|%2e){1,2}$/i.test(text));

  const latin = fc
    .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) })
    .map((text) => text.replace(/\x7f/g, ''));
  const headers = fc.dictionary(
    fc.constantFrom(
      ...['user-agent', 'accept', 'accept-language', 'content-type', 'x-request-id', 'referer'],
      ...['x-forwarded-for', 'x-forwarded-host', 'if-none-match', 'authorization', 'range', 'x'],
    ),
    fc.oneof(latin, fc.constantFrom('text/html', 'application/json', '*/*', 'x'.repeat(2000))),
    { maxKeys: 3 },
  );
  /** Mostly the visitor's own; here and there a stranger's, or torn. */
  const identity = fc.oneof(
    { weight: 12, arbitrary: fc.constant<Record<string, string>>({}) },
    { weight: 1, arbitrary: latin.map((origin) => ({ origin })) },
    { weight: 1, arbitrary: latin.map((cookie) => ({ cookie })) },
    { weight: 1, arbitrary: latin.map((host) => ({ host })) },
    { weight: 1, arbitrary: latin.map((site) => ({ 'sec-fetch-site': site })) },
  );

  /** A body or a query as those of the Partner API are made: from right to hostile. */
  function contentOf(method: Method, values: Known = {}): fc.Arbitrary<Sent> {
    const request = Object.fromEntries(
      Object.keys(values).map((name) => [name, { optional: true }]),
    );
    const like = { method: method === 'GET' ? 'GET' : 'POST', request } as unknown as Endpoint;
    return requestTo(like, values, 'x').map(({ query, body, chunked }) => ({
      query: query ?? '',
      body,
      chunked: chunked ?? false,
    }));
  }

  function requestOf(method: Method, path: string, values?: Known) {
    const ids: Record<string, fc.Arbitrary<string>> = {
      ':account': segment(String(account), String(account), String(account), String(stranger)),
      // A stream that opens would not end.
      ':stranger': segment(String(stranger)).filter((text) => Number(text) !== account),
      ':partner': segment('9999').filter((text) => Number(text) !== partner.partner),
      ':agent': segment('2', '3', '9', '99'),
    };
    const parts = path.split('/').map((part) => ids[part] ?? fc.constant(part));
    return fc
      .tuple(fc.tuple(...parts), contentOf(method, values), headers, identity)
      .map(([segments, content, others, own]) => ({
        path: segments.join('/') as `/${string}`,
        sent: { ...content, method, headers: { ...browser(path), ...others, ...own } },
      }));
  }

  /** What a browser that is signed in sends by itself. */
  function browser(path: string) {
    const { origin, cookies } = path.startsWith('/api/console') ? member : visitor;
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    return { host: new URL(origin).host, origin, cookie };
  }

  /** A failure of ours in its whole shape, or an answer in JSON. */
  function assertAnswered(heard: Heard): void {
    const { http, text, headers: sent, body } = heard;
    assert.ok(http < 500, `${http} ${text.slice(0, 500)}`);
    if (http >= 400) {
      const code = (body as Partial<FailureBody>).error?.code;
      assert.ok(code && Object.hasOwn(failures, code), text.slice(0, 500));
      assertFailure(heard, code);
      return;
    }
    assert.equal(http, 200);
    assert.equal(sent['content-type'], 'application/json; charset=utf-8');
    assert.equal(typeof JSON.parse(text), 'object');
  }

  for (const [method, path, values] of calls)
    test(`is answered with 5xx or unshaped by ${method} ${path}`, async () => {
      const statuses = new Set<number>();
      await fc.assert(
        fc.asyncProperty(requestOf(method, path, values), async ({ path: to, sent }) => {
          const heard = await send(service.baseUrl, to, sent);
          assertAnswered(heard);
          statuses.add(heard.http);
        }),
        { numRuns: ROUNDS },
      );
      assert.ok(statuses.size > 1, `only ${[...statuses]}`);
      assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 200);
    });

  test('is answered with 5xx or unshaped by a login link', async () => {
    const body = { accountID: account, agentID: 1, server: 'online' };
    const { login } = await partner.loginAgent(body);
    const token = login.slice(login.lastIndexOf('/') + 1);
    const path = segment(token.slice(1), `${token}x`, 'swb_ll_', token.toUpperCase());
    const requests = fc.tuple(
      fc.constantFrom<Method>('GET', 'POST'),
      path,
      contentOf('POST', { token: [token] }),
      headers,
      identity,
    );
    await fc.assert(
      fc.asyncProperty(requests, async ([method, guess, content, others, own]) => {
        const sent = {
          ...content,
          method,
          headers: { ...browser('/login-link'), ...others, ...own },
        };
        const {
          http,
          headers: answered,
          text,
        } = await send(
          service.baseUrl,
          `/login-link/${guess}`,
          method === 'GET' ? { ...sent, body: undefined } : sent,
        );
        assert.ok([403, 404, 410, 421].includes(http), `${http} ${text.slice(0, 500)}`);
        assert.equal(answered['set-cookie'], undefined);
      }),
      { numRuns: 2 * ROUNDS },
    );
    const used = await newVisitor(service).post(new URL(login).pathname as `/${string}`);
    assert.equal(used.http, 303);
  });

  test('is answered in another shape when its path is malformed or too long', async () => {
    for (const bad of ['%', '%zz', '%E0%A4%A', '%ff', '%C0%80', '8%', 'x'.repeat(101)])
      for (const path of [
        `/api/workspace/${bad}`,
        `/api/workspace/${account}/agents/${bad}`,
        `/api/profile/devices/${bad}`,
        `/api/auth/${bad}`,
      ] as const) {
        const heard = await visitor.get(path);
        assert.ok(heard.http === 400 || heard.http === 404, path);
        assertFailure(heard, heard.http === 400 ? 'request_invalid' : 'not_found');
      }
  });
});
