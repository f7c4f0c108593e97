import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { pino } from 'pino';
import { createApp } from '../../app.ts';
import { openPostgres } from '../../database/postgres.ts';
import { atEnd } from '../../testing/ends.ts';
import { getAccounts, post, startOauth } from '../../testing/scenes/oauth.ts';
import { startService, type TestService } from '../../testing/service.ts';

const insecure = { [oauth.allowInsecureRequests]: true };

/** Both ways in which RFC 6749 lets a client authenticate here. */
const methods = { Basic: oauth.ClientSecretBasic, body: oauth.ClientSecretPost };

/** The service as any client library finds it: by its issuer alone. */
async function discover(service: TestService): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(`http://localhost:${new URL(service.baseUrl).port}`);
  const response = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' });
  return oauth.processDiscoveryResponse(issuer, response);
}

const { service, partner, form, token } = await startOauth();

describe('OAuth', () => {
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
