import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, endpoints, reasons } from '@switchboard/contract';
import { accountRequest, startService, type TestPartner, type TestService } from '../testing.ts';
import { assertRefused, type Heard, type Sent, send } from '../testing-http.ts';

type Draft = { sent: Sent; parameters: Record<string, unknown> };
/** One rule broken: the answer it gets, and what it does to a request that was in order. */
type Break = { rule: string; reason: number; http: number; apply(draft: Draft): unknown };

const MISSING_ACCOUNT = 9_999_998;

/** What can be wrong with a call, in the order in which it is checked. */
function breaksOf(endpoint: Endpoint): Break[] {
  const parameters = Object.entries(endpoint.request);
  const idName = parameters.find(([, { alias }]) => alias)?.[0];
  const broken = (rule: string, reason: number, http: number, apply: Break['apply']) => ({
    rule,
    reason,
    http,
    apply,
  });
  return [
    broken('method', 13, 405, ({ sent }) => Object.assign(sent, { method: 'PATCH' })),
    broken('token', 3, 401, ({ sent }) => Object.assign(sent, { token: 'unknown' })),
    broken('rate limit', 43, 429, () => {}),
    endpoint.method !== 'GET' &&
      broken('JSON', 2, 400, ({ sent }) => Object.assign(sent, { body: '{' })),
    endpoint.idempotent &&
      broken('key', 42, 400, ({ sent }) => header(sent, 'idempotency-key', 'x'.repeat(256))),
    endpoint.method === 'POST' &&
      broken('query', 39, 422, ({ sent }) => Object.assign(sent, { query: '?nonsense=1' })),
    broken('unknown', 39, 422, ({ parameters: p }) => Object.assign(p, { nonsense: 1 })),
    ...parameters.map(([name, { reason }]) =>
      broken(name, reasons[reason].number, 422, ({ parameters: p }) =>
        Object.assign(p, { [name]: endpoint.method === 'GET' ? '\0' : null }),
      ),
    ),
    broken('server', 34, 404, ({ parameters: p }) => Object.assign(p, { server: 'nowhere' })),
    idName !== undefined &&
      broken('account', 33, 404, ({ parameters: p }) =>
        Object.assign(p, { [idName]: MISSING_ACCOUNT }),
      ),
    endpoint.revisioned &&
      endpoint.effect === 'write' &&
      broken('If-Match', 41, 412, ({ sent }) => header(sent, 'if-match', '"999"')),
  ].filter((rule) => rule !== undefined && rule !== false);
}

const header = (sent: Sent, name: string, value: string) => {
  sent.headers = { ...sent.headers, [name]: value };
};

const CALLS = [
  'updateAccount',
  'createAccount',
  'getAccount',
  'getAccounts',
  'deleteAccount',
] as const;

describe('a request that breaks two rules is answered for the one that is checked first', () => {
  let service: TestService;
  let limited: TestService;
  let partner: TestPartner;
  let account: number;
  let token: string;

  before(async () => {
    service = await startService();
    limited = await startService({ beside: service, environment: { RATE_LIMIT_RPS: '1' } });
    partner = await service.newPartner();
    account = await service.newAccount(partner);
    token = await partner.accessToken();
  });

  const valid = {
    updateAccount: () => ({ account_id: account, server: 'online' }),
    createAccount: accountRequest,
    getAccount: () => ({ account_id: account, server: 'online' }),
    getAccounts: () => ({ server: 'online' }),
    deleteAccount: () => ({ accountID: account, server: 'online' }),
  };

  async function ask(name: (typeof CALLS)[number], ...broken: Break[]): Promise<Heard> {
    const draft: Draft = { sent: { token }, parameters: valid[name]() };
    // The rule that is checked first is broken last, so that it wins where both touch one thing.
    for (const { apply } of broken.toReversed()) apply(draft);
    const { sent, parameters } = draft;
    if (endpoints[name].method === 'GET')
      sent.query = `?${new URLSearchParams(parameters as Record<string, string>)}`;
    else sent.body ??= parameters;
    if (!broken.some(({ rule }) => rule === 'rate limit')) return send(service.baseUrl, name, sent);
    for (let left = 1; left > 0; ) {
      const drained = await send(limited.baseUrl, 'getAccounts', { token, query: '?limit=1' });
      left = drained.http === 429 ? 0 : 1;
    }
    return send(limited.baseUrl, name, sent);
  }

  for (const name of CALLS)
    test(name, async () => {
      const breaks = breaksOf(endpoints[name]);
      for (const [index, first] of breaks.entries()) {
        assertRefused(await ask(name, first), first.reason, first.http, first.rule);
        for (const second of breaks.slice(index + 1)) {
          const heard = await ask(name, first, second);
          assertRefused(heard, first.reason, first.http, `${first.rule} before ${second.rule}`);
          assertSameParameter(heard, first, name);
        }
      }
    });

  const assertSameParameter = (heard: Heard, { rule }: Break, name: (typeof CALLS)[number]) => {
    if (Object.hasOwn(endpoints[name].request, rule) && heard.body.reason !== 34)
      assert.equal(heard.body.parameter, rule);
  };
});
