import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints, reasons } from '@switchboard/contract';
import { accountParameter, exampleRequest, placed } from '../../testing/examples.ts';
import { assertRefused, type Heard, type Sent, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

type Draft = { sent: Sent; parameters: Record<string, unknown> };
/** One rule broken: the answer it gets, and what it does to a request that was in order. */
type Break = { rule: string; reason: number; http: number; apply(draft: Draft): unknown };

const MISSING = 9_999_998;

/** What can be wrong with a call, in the order in which it is checked. */
function breaksOf(endpoint: Endpoint): Break[] {
  const parameters = Object.entries(endpoint.request);
  const idName = accountParameter(endpoint);
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
    endpoint.refusesKey &&
      broken('key', 42, 400, ({ sent }) => header(sent, 'idempotency-key', 'x')),
    endpoint.method === 'POST' &&
      broken('query', 39, 422, ({ sent }) => Object.assign(sent, { query: '?nonsense=1' })),
    broken('unknown', 39, 422, ({ parameters: p }) => Object.assign(p, { nonsense: 1 })),
    ...parameters.map(([name, { reason }]) =>
      broken(name, reasons[reason].number, 422, ({ parameters: p }) =>
        Object.assign(p, { [name]: endpoint.method === 'GET' ? '\0' : null }),
      ),
    ),
    endpoint.reasons.includes('server_not_found') &&
      broken('server', 34, 404, ({ parameters: p }) => Object.assign(p, { server: 'nowhere' })),
    idName !== undefined &&
      endpoint.reasons.includes('account_not_found') &&
      broken('account', 33, 404, ({ parameters: p }) => Object.assign(p, { [idName]: MISSING })),
    endpoint.reasons.includes('agent_not_found') &&
      broken('agent', reasons.agent_not_found.number, 404, ({ parameters: p }) =>
        Object.assign(p, { agentID: MISSING }),
      ),
    endpoint.revisioned &&
      endpoint.effect === 'write' &&
      broken('If-Match', 41, 412, ({ sent }) => header(sent, 'if-match', '"999"')),
  ].filter((rule) => rule !== undefined && rule !== false);
}

const header = (sent: Sent, name: string, value: string) => {
  sent.headers = { ...sent.headers, [name]: value };
};

const calls = Object.entries(endpoints).filter(([, { surface }]) => surface === 'partner') as [
  EndpointName,
  Endpoint,
][];

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

  const valid = (endpoint: Endpoint) => {
    const idName = accountParameter(endpoint);
    return { ...exampleRequest(endpoint), ...(idName !== undefined && { [idName]: account }) };
  };

  async function ask(name: EndpointName, ...broken: Break[]): Promise<Heard> {
    const endpoint = endpoints[name];
    const draft: Draft = { sent: { token }, parameters: valid(endpoint) };
    // The rule that is checked first is broken last, so that it wins where both touch one thing.
    for (const { apply } of broken.toReversed()) apply(draft);
    const { sent, parameters } = draft;
    Object.assign(sent, { ...placed(endpoint, parameters), ...sent });
    if (!broken.some(({ rule }) => rule === 'rate limit')) return send(service.baseUrl, name, sent);
    for (let tries = 1; ; tries += 1) {
      for (let left = 1; left > 0; ) {
        const drained = await send(limited.baseUrl, 'getAccounts', { token, query: '?limit=1' });
        left = drained.http === 429 ? 0 : 1;
      }
      const heard = await send(limited.baseUrl, name, sent);
      // A token may have come between the two: then the limit had nothing to refuse.
      if (broken[0]?.rule !== 'rate limit' || heard.http === 429 || tries === 5) return heard;
    }
  }

  for (const [name, endpoint] of calls)
    test(name, async () => {
      const breaks = breaksOf(endpoint);
      for (const [index, first] of breaks.entries()) {
        assertRefused(await ask(name, first), first.reason, first.http, first.rule);
        for (const second of breaks.slice(index + 1)) {
          const heard = await ask(name, first, second);
          assertRefused(heard, first.reason, first.http, `${first.rule} before ${second.rule}`);
          assertSameParameter(heard, first, name);
        }
      }
    });

  const assertSameParameter = (heard: Heard, { rule }: Break, name: EndpointName) => {
    if (Object.hasOwn(endpoints[name].request, rule) && heard.body.reason !== 34)
      assert.equal(heard.body.parameter, rule);
  };
});
