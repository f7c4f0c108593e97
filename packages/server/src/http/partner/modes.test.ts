import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints, reasons } from '@switchboard/contract';
import { assertRefused, type Heard, type Sent, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

describe('modes', () => {
  let service: TestService;
  let strict: TestPartner;
  let original: TestPartner;
  let account_id: number;
  const server = 'online';

  before(async () => {
    service = await startService();
    strict = await service.newPartner();
    original = await service.newPartner('original');
    account_id = await service.newAccount(original);
  });

  const update = async (partner: TestPartner, body: object, sent: Sent = {}): Promise<Heard> =>
    send(service.baseUrl, 'updateAccount', { token: await partner.accessToken(), body, ...sent });

  test('in strict an unknown parameter is refused, on every call, with the nearest known name', async () => {
    const token = await strict.accessToken();
    for (const [name, endpoint] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
      if (endpoint.lenient) continue;
      const url = endpoint.surface === 'operator' ? service.operatorUrl : service.baseUrl;
      const sent = endpoint.method === 'GET' ? { query: '?nonsense=1' } : { body: { nonsense: 1 } };
      assertRefused(await send(url, name, { token, ...sent }), 39, 422, name);
    }
    const near = {
      acount_name: 'account_name',
      name: 'account_name',
      AccountId: 'accountID',
      builderURL: 'builder_url',
      Server: 'server',
      reason: 'status_reason',
    };
    for (const [sent, meant] of Object.entries(near)) {
      const { body } = await update(strict, { account_id, server, [sent]: 'x' });
      assert.match(String(body.message), new RegExp(`"${sent}"; did you mean ${meant}\\?$`));
      assert.equal(body.parameter, undefined);
    }
  });

  test('in original unknown parameters are left out and listed, in answers and in lists', async () => {
    const heard = await update(original, { account_id, server, x: 1, account_names: 'y' });
    assert.equal(heard.http, 200);
    assert.deepEqual(heard.body.ignored, ['x', 'account_names']);
    const token = await original.accessToken();
    for (const query of ['?x=1&y=2', '?x=1&y=2&limit=5']) {
      const list = await send(service.baseUrl, 'getAccounts', { token, query });
      assert.deepEqual(list.body.ignored, ['x', 'y'], query);
    }
    const { body } = await update(original, { account_id, server });
    assert.equal('ignored' in body, false);
  });

  test('status without account_status is refused with 37 in both modes', async () => {
    for (const [partner, http] of [
      [strict, 422],
      [original, 200],
    ] as const)
      for (const slip of [{ status: 0 }, { status: 1, account_name: 'x' }, { status: null }]) {
        const heard = await update(partner, { account_id, server, ...slip });
        assertRefused(heard, 37, http, slip);
        assert.equal(heard.body.parameter, 'account_status');
      }
    const both = { account_id, server, status: 0, account_status: 1 };
    assertRefused(await update(strict, both), 39, 422);
    assert.deepEqual((await update(original, both)).body.ignored, ['status']);
    const { body } = await update(original, { account_id, server });
    assert.deepEqual([body.account_status, body.revision], [1, 1]);
  });

  test('in original a failure comes with HTTP 200', async () => {
    const bad: [object, number][] = [
      [{}, 33],
      [{ account_id: 9_999_998, server }, 33],
      [{ account_id, server: 'nowhere' }, 34],
      [{ account_id, server, account_name: '' }, 36],
    ];
    for (const [body, reason] of bad) assertRefused(await update(original, body), reason, 200);
    const sent = { headers: { 'if-match': '"9"' } };
    const stale = await update(original, { account_id, server }, sent);
    assertRefused(stale, 41, 200);
    assert.equal(stale.headers.etag, '"1"');
    assertRefused(await update(original, {}, { body: '{' }), 2, 200);
    assertRefused(await update(original, {}, { body: 'x'.repeat(65_537) }), 2, 200);
    assertRefused(await update(original, {}, { headers: { 'idempotency-key': '' } }), 42, 200);
  });

  test('in original a kept failure is replayed as it was: HTTP 200, the same bytes', async () => {
    const sent = { headers: { 'idempotency-key': 'original', 'if-match': '"9"' } };
    const [first, again] = [
      await update(original, { account_id, server }, sent),
      await update(original, { account_id, server }, sent),
    ];
    assertRefused(first, 41, 200);
    assert.deepEqual([again.text, again.headers.etag], [first.text, first.headers.etag]);
    assert.equal(again.headers['idempotent-replayed'], 'true');
  });

  test('in original 429 and 5xx stay what they are', async () => {
    const environment = { RATE_LIMIT_RPS: '1' };
    const limited = await startService({ beside: service, environment });
    const token = await original.accessToken();
    const heard: Heard[] = [];
    for (let n = 0; n < 20 && heard.at(-1)?.http !== 429; n += 1)
      heard.push(await send(limited.baseUrl, 'getAccounts', { token }));
    assertRefused(heard.at(-1) as Heard, 43, 429);
    assert.equal(reasons.internal_error.http, 500);
  });

  test('COMPATIBILITY=original governs new credentials and whatever is said before one is proved', async () => {
    const environment = { COMPATIBILITY: 'original' };
    const installation = await startService({ environment });
    const ask = (to: EndpointName | `/${string}`, sent: Sent) =>
      send(installation.baseUrl, to, sent);
    const noToken = await ask('getAccounts', {});
    assertRefused(noToken, 2, 200);
    assert.equal(noToken.headers['www-authenticate'], 'Bearer');
    assertRefused(await ask('getAccounts', { token: 'unknown' }), 3, 200);
    const wrongMethod = await ask('getAccounts', { method: 'POST' });
    assertRefused(wrongMethod, 13, 200);
    assert.equal(wrongMethod.headers.allow, 'GET');
    assertRefused(await ask('/api/nowhere', {}), 44, 200);
    assertRefused(await ask('/api/%zz', {}), 44, 200);
    const body = { client_id: 'unknown', client_secret: 'unknown' };
    assertRefused(await ask('accessToken', { body }), 2, 200);
    assertRefused(await ask('accessToken', { body: '{' }), 2, 200);

    const { partner } = await installation.operator.createPartner({ name: 'A partner' });
    const made = await installation.operator.createCredential({ partner });
    assert.equal(made.mode, 'original');
    const token = await (await installation.newPartner('strict')).accessToken();
    assertRefused(await ask('getAccount', { token }), 33, 422);
  });
});
