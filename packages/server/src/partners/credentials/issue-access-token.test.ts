import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { sha256 } from '../../secret.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

describe('accessToken', () => {
  let service: TestService;
  let partner: TestPartner;
  let pair: { client_id: string; client_secret: string };

  before(async () => {
    service = await startService({ environment: { TRUST_PROXY: '127.0.0.1' } });
    partner = await service.newPartner();
    pair = { client_id: partner.clientId, client_secret: partner.clientSecret };
  });

  let addresses = 0;
  /** Each from an address of its own, so that no limit is reached. */
  const ask = async (body: string | Buffer | object, headers: Record<string, string> = {}) => {
    const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const response = await fetch(`${service.baseUrl}/api/settings/accessToken`, {
      method: 'POST',
      headers: { 'x-forwarded-for': `203.0.113.${++addresses}`, ...headers },
      body: sent,
    });
    const text = await response.text();
    return { response, text, answer: JSON.parse(text) as Record<string, unknown> };
  };
  const works = async (token: unknown) => {
    const response = await fetch(`${service.baseUrl}/api/online/getAccounts`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return response.status === 200;
  };

  test('answers a token for one hour that nobody may cache', async () => {
    const { response, answer } = await ask(pair);
    const { access_token, expiration_time, ...rest } = answer;
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.deepEqual(rest, { status: 'OK', reason: 1, token_type: 'Bearer' });
    assert.match(String(access_token), /^swb_at_[A-Za-z0-9_-]{43}$/);
    assert.equal(typeof expiration_time, 'string');
    assert.match(String(expiration_time), /^\d+$/);
    assert.ok(Math.abs(Number(expiration_time) - (Date.now() / 1000 + 3600)) <= 2);
    assert.ok(await works(access_token));
  });

  test('keeps earlier tokens valid', async () => {
    const first = await ask(pair);
    const second = await ask(pair);
    assert.notEqual(first.answer.access_token, second.answer.access_token);
    assert.ok(await works(first.answer.access_token));
    assert.ok(await works(second.answer.access_token));
  });

  test('ignores other parameters, a query and whatever Content-Type says', async () => {
    const { response, answer } = await ask(
      { ...pair, grant_type: 'client_credentials', scope: null, x: [] },
      { 'content-type': 'application/x-www-form-urlencoded' },
    );
    assert.equal(response.status, 200);
    assert.equal(answer.ignored, undefined);
  });

  test('answers an unknown id, a wrong secret and a revoked pair with the same bytes', async () => {
    const { client_id } = await service.operator.createCredential({ partner: partner.partner });
    await service.operator.revokeCredential({ client_id });
    const wrongs = [
      { ...pair, client_id: 'swb_ci_unknown' },
      { ...pair, client_secret: 'swb_cs_wrong' },
      { ...pair, client_secret: '' },
      { ...pair, client_id },
    ];
    const headers = { 'x-request-id': 'the-same' };
    const answers = await Promise.all(wrongs.map((wrong) => ask(wrong, headers)));
    for (const { response, text } of answers) {
      assert.equal(response.status, 401);
      assert.equal(text, answers[0]?.text);
    }
    assert.equal(answers[0]?.answer.reason, 2);
    assert.equal(answers[0]?.answer.parameter, undefined);
  });

  test('refuses ids and secrets that can be nobody’s with reason 2', async () => {
    for (const wrong of [null, 8, true, [], {}, 'x'.repeat(513), 'a\0b', '\ud800'])
      for (const name of ['client_id', 'client_secret']) {
        const { response, answer } = await ask({ ...pair, [name]: wrong });
        assert.equal(response.status, 401, `${name} ${JSON.stringify(wrong)}`);
        assert.equal(answer.reason, 2);
        assert.equal(answer.parameter, name);
      }
    const { response, answer } = await ask({});
    assert.equal(response.status, 401);
    assert.equal(answer.parameter, 'client_id');
  });

  test('refuses what is not a JSON object with 400 and reason 2', async () => {
    const bodies = ['', '{', 'null', '[]', '"x"', 'client_id=a&client_secret=b'];
    for (const body of [...bodies, Buffer.from([0x7b, 0xff, 0x7d])]) {
      const { response, answer } = await ask(body);
      assert.equal(response.status, 400, String(body));
      assert.equal(answer.reason, 2);
    }
  });

  test('refuses a body of more than 64 KiB with 413', async () => {
    const { response, answer } = await ask({ ...pair, x: 'x'.repeat(65_536) });
    assert.equal(response.status, 413);
    assert.equal(answer.reason, 2);
  });

  test('notes when a credential was last used', async () => {
    const made = await service.newPartner();
    const unused = await service.operator.listCredentials({ partner: made.partner });
    assert.equal(unused.list[0]?.last_used_time, null);
    await made.accessToken();
    const used = await service.operator.listCredentials({ partner: made.partner });
    assert.ok(Math.abs(Number(used.list[0]?.last_used_time) - Date.now() / 1000) <= 2);
  });

  test('a token that has expired is refused on every node', async () => {
    const beside = await startService({ beside: service });
    const { answer } = await ask(pair);
    const token = String(answer.access_token);
    const call = (node: TestService) =>
      fetch(`${node.baseUrl}/api/online/getAccounts`, {
        headers: { authorization: `Bearer ${token}` },
      });
    for (const node of [service, beside]) assert.equal((await call(node)).status, 200);
    await service.database.write((db) =>
      db.query(sql`
        update access_tokens set expires_at = now() where token_hash = ${sha256(token)}`),
    );
    for (const node of [service, beside]) {
      const refused = await call(node);
      assert.equal(refused.status, 401);
      assert.equal(((await refused.json()) as { reason: number }).reason, 3);
    }
  });
});
