import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../../testing/http.ts';
import { sharedService, type TestPartner, type TestService } from '../../testing/service.ts';

const partnerCalls = (Object.entries(endpoints) as [EndpointName, Endpoint][])
  .filter(([, { surface }]) => surface === 'partner')
  .map(([name]) => name);

describe('the access token', () => {
  let service: TestService;
  let partner: TestPartner;

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });

  const update = (token: string, body: object, headers: Record<string, string> = {}) =>
    send(service.baseUrl, 'updateAccount', { token, body, headers });

  /** A partner whose token this node has used before, on updateAccount and elsewhere. */
  async function knownToken(mode?: 'strict' | 'original') {
    const other = await service.newPartner(mode);
    const account_id = await service.newAccount(other);
    const token = await other.accessToken();
    await update(token, { account_id, server: 'online' });
    return { other, account_id, token };
  }

  test('is asked for by every call of a partner, with WWW-Authenticate', async () => {
    for (const name of partnerCalls)
      for (const authorization of [undefined, '', 'Basic eDp5', 'Bearer', 'Bearer  ', 'swb_at_x']) {
        const headers = authorization === undefined ? {} : { authorization };
        const heard = await send(service.baseUrl, name, { headers });
        assertRefused(heard, 2, 401, { name, authorization });
        assert.equal(heard.headers['www-authenticate'], 'Bearer');
      }
  });

  test('is refused by every call when nobody was given it', async () => {
    for (const name of partnerCalls) {
      const heard = await send(service.baseUrl, name, { token: 'swb_at_unknown', body: '{' });
      assertRefused(heard, 3, 401, name);
      assert.equal(heard.headers['www-authenticate'], 'Bearer error="invalid_token"');
    }
  });

  test('may come under the scheme in any case', async () => {
    const token = await partner.accessToken();
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
      const headers = { authorization: `${scheme} ${token}` };
      const { http } = await send(service.baseUrl, 'getAccounts', { headers });
      assert.equal(http, 200, scheme);
    }
  });

  test('is refused once expired, revoked or its partner suspended, known to the node or not', async () => {
    const ends = {
      expired: ({ token }: { token: string }) =>
        service.database.write((db) =>
          db.query(sql`update access_tokens set expires_at = now()
            where token_hash = sha256(${Buffer.from(token)})`),
        ),
      revoked: ({ other }: { other: TestPartner }) =>
        service.operator.revokeCredential({ client_id: other.clientId }),
      suspended: ({ other }: { other: TestPartner }) =>
        service.operator.suspendPartner({ partner: other.partner }),
    };
    for (const [how, end] of Object.entries(ends)) {
      const known = await knownToken();
      await end(known);
      for (const name of partnerCalls) {
        const heard = await send(service.baseUrl, name, { token: known.token, body: {} });
        assertRefused(heard, 3, 401, { how, name });
      }
    }
  });

  test('is refused before anything else is said of a request, on updateAccount too', async () => {
    const fine = { server: 'online', account_name: 'Kept' };
    const requests: [object, Record<string, string>][] = [
      [{ ...fine, account_name: '' }, {}],
      [{ ...fine, account_name: '' }, { 'idempotency-key': 'new' }],
      [fine, { 'idempotency-key': 'kept' }],
      [fine, { 'idempotency-key': '' }],
    ];
    for (const [body, headers] of requests) {
      const { other, account_id, token } = await knownToken();
      const kept = await update(token, { account_id, ...fine }, { 'idempotency-key': 'kept' });
      assert.equal(kept.http, 200);
      await service.operator.revokeCredential({ client_id: other.clientId });
      const heard = await update(token, { account_id, ...body }, headers);
      assertRefused(heard, 3, 401, { body, headers });
    }
  });

  test('that is not in force is answered in the mode of the installation', async () => {
    const { other, token } = await knownToken('original');
    await service.operator.revokeCredential({ client_id: other.clientId });
    assertRefused(await update(token, {}), 3, 401);
    const list = await send(service.baseUrl, 'getAccounts', { token });
    assertRefused(list, 3, 401);
  });
});
