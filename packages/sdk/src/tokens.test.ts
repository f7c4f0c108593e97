import assert from 'node:assert/strict';
import { before, describe, mock, test } from 'node:test';
import { createPartnerClient, createPublicClient, Refusal } from '@switchboard/sdk';
import { sharedService, type TestPartner, type TestService } from '@switchboard/server/testing';

describe('the access token of a partner client', () => {
  let service: TestService;
  before(async () => {
    service = await sharedService();
  });

  /** A client and the paths it asked for. */
  function clientOf({ clientId, clientSecret }: TestPartner) {
    const asked: string[] = [];
    const counting: typeof fetch = (input, init) => {
      asked.push(new URL(String(input)).pathname.split('/').at(-1) ?? '');
      return fetch(input, init);
    };
    const { baseUrl } = service;
    return {
      client: createPartnerClient({ baseUrl, clientId, clientSecret, fetch: counting }),
      asked,
    };
  }

  test('is asked for once, also by calls that begin together', async () => {
    const { client, asked } = clientOf(await service.newPartner());
    await Promise.all([client.getAccounts(), client.getAccounts(), client.accessToken()]);
    assert.deepEqual(asked.toSorted(), ['accessToken', 'getAccounts', 'getAccounts']);
  });

  test('is renewed, and the call repeated, when the service no longer accepts it', async () => {
    const partner = await service.newPartner();
    const { client, asked } = clientOf(partner);
    const first = await client.accessToken();
    await service.operator.suspendPartner({ partner: partner.partner });
    await service.operator.resumePartner({ partner: partner.partner });
    await client.getAccounts();
    assert.notEqual(await client.accessToken(), first);
    assert.deepEqual(asked, ['accessToken', 'getAccounts', 'accessToken', 'getAccounts']);
  });

  test('is renewed before it expires', async () => {
    const { client } = clientOf(await service.newPartner());
    const first = await client.accessToken();
    assert.equal(await client.accessToken(), first);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_595_000 });
    try {
      assert.notEqual(await client.accessToken(), first);
    } finally {
      mock.timers.reset();
    }
  });

  test('is not asked for again and again when the credential is revoked', async () => {
    const partner = await service.newPartner();
    const { client, asked } = clientOf(partner);
    await client.getAccounts();
    await service.operator.revokeCredential({ client_id: partner.clientId });
    await assert.rejects(client.getAccounts(), { reason: 'client_invalid', number: 2 });
    assert.deepEqual(asked.slice(2), ['getAccounts', 'accessToken']);
  });

  test('can be had without a client of the partner', async () => {
    const { clientId, clientSecret } = await service.newPartner();
    const { accessToken } = createPublicClient({ baseUrl: service.baseUrl });
    const answer = await accessToken({ client_id: clientId, client_secret: clientSecret });
    assert.match(answer.access_token, /^swb_at_/);
    await assert.rejects(accessToken({ client_id: clientId, client_secret: 'x' }), Refusal);
  });
});
