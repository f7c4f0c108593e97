import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints, type Refusal } from '@switchboard/contract';
import type { FastifyReply } from 'fastify';
import { assertRefused, type Heard, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { RateLimit } from './rate-limit.ts';

const partnerCalls = (Object.entries(endpoints) as [EndpointName, Endpoint][])
  .filter(([, { surface }]) => surface === 'partner')
  .map(([name]) => name);

describe('rate limits over HTTP', () => {
  let service: TestService;
  let partner: TestPartner;

  before(async () => {
    service = await startService({ environment: { RATE_LIMIT_RPS: '1' } });
    partner = await service.newPartner();
  });

  async function drained(name: EndpointName): Promise<Heard> {
    const token = await partner.accessToken();
    for (;;) {
      const heard = await send(service.baseUrl, name, { token, body: '{' });
      if (heard.http === 429) return heard;
    }
  }

  test('every call of a partner is counted, and refused with Retry-After', async () => {
    for (const name of partnerCalls) {
      const heard = await drained(name);
      assertRefused(heard, 43, 429, name);
      assert.equal(heard.headers['retry-after'], '1');
      assert.match(String(heard.headers.ratelimit), /^"default";r=0;t=[12]$/);
    }
  });

  test('what the console asks for counts as well, a table of activity as one', async () => {
    const member = await service.newMember(partner);
    for (const path of ['online/getAccounts', 'activity.csv']) {
      const answers: number[] = [];
      while (answers.length < 50 && answers.at(-1) !== 429)
        answers.push((await member.get(`/api/console/${partner.partner}/${path}`)).http);
      assert.equal(answers.at(-1), 429, path);
    }
  });

  test('one partner uses up nothing of another, nor of the access token call', async () => {
    await drained('getAccounts');
    const other = await service.newPartner();
    assert.equal((await other.getAccounts()).totalOnline, 0);
    const token = await other.accessToken();
    await drained('getAccounts');
    assert.notEqual((await send(service.baseUrl, 'getAccount', { token })).http, 429);
  });

  test('every authenticated answer says what is left, in the fields of the IETF draft 11', async () => {
    const other = await service.newPartner();
    const token = await other.accessToken();
    const generous = await startService({
      beside: service,
      environment: { RATE_LIMIT_RPS: '1000' },
    });
    const requests = [
      { query: '' },
      { query: '?limit=x' },
      { query: '?nonsense=1' },
      { query: '?server=nowhere' },
    ];
    for (const sent of requests) {
      const { headers } = await send(generous.baseUrl, 'getAccounts', { token, ...sent });
      assert.equal(headers['ratelimit-policy'], '"default";q=2000;w=2');
      assert.match(String(headers.ratelimit), /^"default";r=1\d\d\d;t=[012]$/);
    }
    for (const body of ['{', 'x'.repeat(65_537), '{}']) {
      const { headers } = await send(generous.baseUrl, 'updateAccount', { token, body });
      assert.match(String(headers.ratelimit), /^"default";r=/, body.slice(0, 9));
    }
    for (const sent of [{}, { token: 'unknown' }]) {
      const { headers } = await send(generous.baseUrl, 'getAccounts', sent);
      assert.equal(headers.ratelimit, undefined);
    }
  });

  test('RATE_LIMIT_RPS=0 limits nothing and says nothing', async () => {
    const unlimited = await startService({ beside: service, environment: { RATE_LIMIT_RPS: '0' } });
    const token = await partner.accessToken();
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => send(unlimited.baseUrl, 'getAccounts', { token })),
    );
    for (const { http, headers } of answers)
      assert.deepEqual(
        [http, headers.ratelimit, headers['ratelimit-policy']],
        [200, undefined, undefined],
      );
  });
});

describe('the bucket of a partner', () => {
  let now = 0;
  const headers = new Map<string, string>();
  const reply = { header: (name: string, value: string) => headers.set(name, value) };
  const take = (limit: RateLimit, partner = 1) => {
    try {
      limit.take(partner, reply as unknown as FastifyReply);
      return 'granted';
    } catch (error) {
      return (error as Refusal).details.retryAfterSeconds;
    }
  };

  test('grants twice the rate at once, then the rate, and never more than the bucket holds', () => {
    const limit = new RateLimit(50, () => now);
    const burst = () => {
      let granted = 0;
      while (take(limit) === 'granted') granted += 1;
      return granted;
    };
    assert.equal(burst(), 100);
    assert.equal(take(limit, 2), 'granted');
    now += 19;
    assert.equal(take(limit), 1);
    now += 1;
    assert.equal(burst(), 1);
    now += 1000;
    assert.equal(burst(), 50);
    now += 3_600_000;
    assert.equal(burst(), 100);
  });

  test('says what is left and when the bucket is full again', () => {
    const limit = new RateLimit(50, () => now);
    take(limit);
    assert.equal(headers.get('ratelimit-policy'), '"default";q=100;w=2');
    assert.equal(headers.get('ratelimit'), '"default";r=99;t=1');
    for (let n = 0; n < 98; n += 1) take(limit);
    assert.equal(headers.get('ratelimit'), '"default";r=1;t=2');
  });

  test('owes what a request costs beyond one, and grants nothing until that is paid', () => {
    now += 3_600_000;
    const limit = new RateLimit(50, () => now);
    assert.equal(take(limit), 'granted');
    limit.owe(1, 199, reply as unknown as FastifyReply);
    assert.equal(headers.get('ratelimit'), '"default";r=0;t=4');
    assert.equal(take(limit, 2), 'granted');
    assert.equal(take(limit), 3);
    now += 2_000;
    assert.equal(take(limit), 1);
    now += 20;
    assert.equal(take(limit), 'granted');
    assert.equal(take(limit), 1);
  });
});
