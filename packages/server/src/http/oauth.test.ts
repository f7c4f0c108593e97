import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { openPostgres } from '../database/postgres.ts';
import { startService, type TestPartner, type TestService } from '../testing.ts';
import { atEnd } from '../testing-ends.ts';

const insecure = { [oauth.allowInsecureRequests]: true };

/** Both ways in which RFC 6749 lets a client authenticate here. */
const methods = { Basic: oauth.ClientSecretBasic, body: oauth.ClientSecretPost };

/** The service as any client library finds it: by its issuer alone. */
async function discover(service: TestService): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(`http://localhost:${new URL(service.baseUrl).port}`);
  const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' });
  return oauth.processDiscoveryResponse(issuer, response);
}

const getAccounts = (service: TestService, token: string) =>
  fetch(`${service.baseUrl}/api/online/getAccounts`, {
    headers: { authorization: `Bearer ${token}` },
  });

let addresses = 0;

/** A POST as written, each from an address of its own, so that no limit is reached. */
async function post(
  service: TestService,
  path: string,
  body: string | Buffer | Record<string, string> | undefined,
  headers: Record<string, string> = {},
) {
  const isForm = typeof body === 'object' && !Buffer.isBuffer(body);
  const response = await fetch(service.baseUrl + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': `203.0.113.${++addresses}`,
      ...headers,
    },
    ...(body !== undefined && { body: isForm ? String(new URLSearchParams(body)) : body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    answer: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

const basic = (pair: string | Buffer) => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
});

describe('OAuth', () => {
  let service: TestService;
  let partner: TestPartner;
  let form: { grant_type: string; client_id: string; client_secret: string };

  before(async () => {
    service = await startService({ environment: { TRUST_PROXY: '127.0.0.1' } });
    partner = await service.newPartner();
    form = {
      grant_type: 'client_credentials',
      client_id: partner.clientId,
      client_secret: partner.clientSecret,
    };
  });

  const token = (
    body: string | Buffer | Record<string, string> | undefined,
    headers: Record<string, string> = {},
  ) => post(service, '/oauth/token', body, headers);

  test('is found by its metadata, whose issuer comes from the configuration', async () => {
    const as = await discover(service);
    const issuer = `http://localhost:${new URL(service.baseUrl).port}`;
    assert.deepEqual(as, {
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      service_documentation: `${issuer}/reference`,
    });
    const onDomain = await startService({
      environment: { BASE_DOMAIN: 'partners.example.com', PUBLIC_SCHEME: 'https' },
    });
    const { payload } = await onDomain.app.http.inject({
      url: '/.well-known/oauth-authorization-server',
      headers: { host: 'evil.example' },
    });
    assert.equal(JSON.parse(payload).issuer, 'https://partners.example.com');
    assert.ok(!payload.includes('evil'));
  });

  for (const [name, authenticate] of Object.entries(methods))
    test(`serves an independent client that authenticates by ${name}`, async () => {
      const as = await discover(service);
      const client = { client_id: partner.clientId };
      const proof = authenticate(partner.clientSecret);
      const response = await oauth.clientCredentialsGrantRequest(as, client, proof, {}, insecure);
      const issued = await oauth.processClientCredentialsResponse(as, client, response);
      assert.equal(issued.expires_in, 3600);
      assert.equal(issued.token_type, 'bearer');
      assert.equal((await getAccounts(service, issued.access_token)).status, 200);

      const revoked = await oauth.revocationRequest(
        as,
        client,
        proof,
        issued.access_token,
        insecure,
      );
      assert.equal(await oauth.processRevocationResponse(revoked), undefined);
      assert.equal((await getAccounts(service, issued.access_token)).status, 401);
    });

  test('tells an independent client that its secret is wrong', async () => {
    const as = await discover(service);
    const client = { client_id: partner.clientId };
    for (const authenticate of Object.values(methods)) {
      const proof = authenticate('swb_cs_wrong');
      const response = await oauth.clientCredentialsGrantRequest(as, client, proof, {}, insecure);
      assert.equal(response.status, 401);
      await assert.rejects(
        oauth.processClientCredentialsResponse(as, client, response),
        oauth.WWWAuthenticateChallengeError,
      );
    }
  });

  test('answers exactly what RFC 6749 says, never to be stored', async () => {
    const { status, headers, answer } = await token(form);
    const { access_token, ...rest } = answer;
    assert.equal(status, 200);
    assert.match(String(headers.get('content-type')), /^application\/json/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('pragma'), 'no-cache');
    assert.match(String(access_token), /^swb_at_/);
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3600 });
  });

  test('takes Basic credentials that are form-encoded, and a client_id that says the same', async () => {
    const { clientId, clientSecret } = partner;
    const escaped = (text: string) =>
      [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
    const grant = { grant_type: 'client_credentials' };
    for (const pair of [
      `${clientId}:${clientSecret}`,
      `${escaped(clientId)}:${escaped(clientSecret)}`,
    ]) {
      assert.equal((await token(grant, basic(pair))).status, 200);
      assert.equal((await token({ ...grant, client_id: clientId }, basic(pair))).status, 200);
    }
    const header = basic(`${clientId}:${clientSecret}`).authorization.replace('Basic', 'bAsIc');
    assert.equal((await token(grant, { authorization: header })).status, 200);
  });

  test('ignores parameters that it does not know, and those without a value', async () => {
    const body = { ...form, audience: 'x', resource: 'https://api.example.com', scope: '' };
    assert.equal((await token(body)).status, 200);
    const type = { 'content-type': 'Application/X-WWW-Form-URLEncoded; charset=UTF-8' };
    assert.equal((await token(body, type)).status, 200);
  });

  test('refuses each malformed request with its own words, and no 5xx', async () => {
    const pair = `${form.client_id}:${form.client_secret}`;
    const grant = 'grant_type=client_credentials';
    const body = String(new URLSearchParams(form));
    type Case = [string, string | Buffer | undefined, Record<string, string>, number, string];
    const cases: Case[] = [
      ['empty', '', {}, 400, 'invalid_request'],
      ['no body', undefined, {}, 400, 'invalid_request'],
      [
        'JSON',
        JSON.stringify(form),
        { 'content-type': 'application/json' },
        400,
        'invalid_request',
      ],
      ['JSON by mistake', JSON.stringify(form), {}, 400, 'invalid_request'],
      ['no client', grant, {}, 401, 'invalid_client'],
      ['another type', body, { 'content-type': 'text/plain' }, 400, 'invalid_request'],
      ['no grant', 'a=b', basic(pair), 400, 'invalid_request'],
      ['empty grant', 'grant_type=', basic(pair), 400, 'invalid_request'],
      ['another grant', 'grant_type=password', basic(pair), 400, 'unsupported_grant_type'],
      ['a scope', `${body}&scope=read`, {}, 400, 'invalid_scope'],
      ['repeated', `${body}&${grant}`, {}, 400, 'invalid_request'],
      ['repeated, empty', `${body}&x=&x=`, {}, 400, 'invalid_request'],
      ['bad escape', `${body}&x=%zz`, {}, 400, 'invalid_request'],
      ['bad escape in a name', `${body}&%=x`, {}, 400, 'invalid_request'],
      ['escaped not UTF-8', `${body}&x=%ff`, {}, 400, 'invalid_request'],
      ['bytes not UTF-8', Buffer.from([0x61, 0x3d, 0xff]), {}, 400, 'invalid_request'],
      ['NUL in the id', `${grant}&client_id=a%00b&client_secret=x`, {}, 401, 'invalid_client'],
      [
        'a long id',
        `${grant}&client_id=${'x'.repeat(999)}&client_secret=x`,
        {},
        401,
        'invalid_client',
      ],
      ['both ways', body, basic(pair), 400, 'invalid_request'],
      ['another client_id', `${grant}&client_id=other`, basic(pair), 400, 'invalid_request'],
      ['no secret', `${grant}&client_id=${form.client_id}`, {}, 401, 'invalid_client'],
      ['Bearer', grant, { authorization: 'Bearer x' }, 401, 'invalid_client'],
      ['empty Basic', grant, { authorization: 'Basic' }, 400, 'invalid_request'],
      ['not base64', grant, { authorization: 'Basic ???' }, 400, 'invalid_request'],
      ['no colon', grant, basic('nothing'), 400, 'invalid_request'],
      ['Basic, no secret', grant, basic(`${form.client_id}:`), 401, 'invalid_client'],
      ['Basic, bad escape', grant, basic('a%z:b'), 400, 'invalid_request'],
      ['Basic, not UTF-8', grant, basic(Buffer.from([0xff, 0x3a, 0x61])), 400, 'invalid_request'],
      ['Basic, unknown', grant, basic('swb_ci_unknown:x'), 401, 'invalid_client'],
      ['too large', `${body}&x=${'x'.repeat(65_536)}`, {}, 413, 'invalid_request'],
      ['__proto__', `${body}&__proto__=x&__proto__=y`, {}, 400, 'invalid_request'],
    ];
    for (const [name, sent, headers, status, error] of cases) {
      const refused = await token(sent, headers);
      assert.deepEqual([refused.status, refused.answer.error], [status, error], name);
      assert.deepEqual(Object.keys(refused.answer), ['error', 'error_description'], name);
      assert.match(String(refused.answer.error_description), /^[ !#-[\]-~]+$/, name);
      assert.equal(refused.headers.get('cache-control'), 'no-store', name);
      const challenge = status === 401 ? 'Basic realm="switchboard"' : null;
      assert.equal(refused.headers.get('www-authenticate'), challenge, name);
    }
  });

  test('refuses parameters in the query', async () => {
    const refused = await post(service, `/oauth/token?${new URLSearchParams(form)}`, '');
    assert.equal(refused.status, 400);
    assert.match(String(refused.answer.error_description), /query/);
  });

  test('counts failures together with accessToken, and answers 429 slow_down', async () => {
    const { clientId, clientSecret } = await service.newPartner();
    const from = { 'x-forwarded-for': '198.51.100.1' };
    const wrong = { ...form, client_id: clientId, client_secret: 'swb_cs_wrong' };
    for (let n = 0; n < 4; n += 1) assert.equal((await token(wrong, from)).status, 401);
    for (let n = 0; n < 3; n += 1)
      assert.equal(
        (await post(service, '/oauth/revoke', { ...wrong, token: 'x' }, from)).status,
        401,
      );
    for (let n = 0; n < 3; n += 1)
      assert.equal(
        (await post(service, '/api/settings/accessToken', JSON.stringify(wrong), from)).status,
        401,
      );
    const blocked = await token({ ...wrong, client_secret: clientSecret }, from);
    assert.equal(blocked.status, 429);
    assert.equal(blocked.answer.error, 'slow_down');
    assert.ok(Number(blocked.headers.get('retry-after')) > 590);
  });

  test("revokes only the client's own token, and never says which is whose", async () => {
    const other = await service.newPartner();
    const theirs = await other.accessToken();
    const own = String((await token(form)).answer.access_token);
    for (const revoked of [theirs, 'swb_at_unknown', 'x', own, own]) {
      const { status, answer, headers } = await post(service, '/oauth/revoke', {
        ...form,
        token: revoked,
        token_type_hint: 'refresh_token',
      });
      assert.equal(status, 200);
      assert.deepEqual(answer, {});
      assert.equal(headers.get('cache-control'), 'no-store');
    }
    assert.equal((await getAccounts(service, theirs)).status, 200);
    assert.equal((await getAccounts(service, own)).status, 401);
  });

  test('refuses to revoke for a stranger or without a token', async () => {
    const own = String((await token(form)).answer.access_token);
    const stranger = await post(service, '/oauth/revoke', { token: own });
    assert.equal(stranger.answer.error, 'invalid_client');
    const wrong = { ...form, client_secret: 'swb_cs_wrong', token: own };
    assert.equal((await post(service, '/oauth/revoke', wrong)).answer.error, 'invalid_client');
    assert.equal((await post(service, '/oauth/revoke', form)).answer.error, 'invalid_request');
    assert.equal((await getAccounts(service, own)).status, 200);
  });

  for (const compatibility of ['strict', 'original'])
    test(`stays standard when the installation is ${compatibility}`, async () => {
      const installation = await startService({ environment: { COMPATIBILITY: compatibility } });
      const call = async (method: string, path: string) => {
        const response = await fetch(installation.baseUrl + path, { method });
        const { error } = (await response.json()) as { error?: string };
        return [response.status, response.headers.get('allow'), error];
      };
      const metadata = '/.well-known/oauth-authorization-server';
      for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
        for (const path of ['/oauth/token', '/oauth/revoke'])
          assert.deepEqual(await call(method, path), [405, 'POST', 'invalid_request']);
      assert.deepEqual(await call('POST', metadata), [405, 'GET, HEAD', 'invalid_request']);
      for (const method of ['GET', 'POST'])
        assert.deepEqual(await call(method, '/oauth/authorize'), [404, null, 'invalid_request']);
      const refused = await post(installation, '/oauth/token', { ...form, client_id: 'unknown' });
      assert.equal(refused.status, 401);
    });

  test('answers 503 while the database cannot be reached', async () => {
    const database = openPostgres({ connection: { host: '/nowhere' } });
    const log = pino({ level: 'silent' });
    const { config, mailer } = service;
    const { http } = createApp({ config, database, secretKeys: ['5a'.repeat(32)], log, mailer });
    atEnd(() => http.close());
    const response = await http.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: String(new URLSearchParams(form)),
    });
    assert.equal(response.statusCode, 503);
    assert.equal(response.json().error, 'temporarily_unavailable');
    assert.equal(response.headers['retry-after'], '1');
    await http.close();
    await database.close();
  });
});
