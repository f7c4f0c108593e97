import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createPartnerClient, NoAnswer, type PartnerClient, type Refusal } from '@switchboard/sdk';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '@switchboard/server/testing';

describe('a call', () => {
  let service: TestService;
  let partner: TestPartner;
  let id: { account_id: number; server: string };

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    id = { account_id: await service.newAccount(partner), server: 'online' };
  });

  /** A client that loses the first answer of that call, after the service ran it. */
  function losing(action: string): { client: PartnerClient; tries: Headers[] } {
    const tries: Headers[] = [];
    const lossy: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes(action)) return response;
      tries.push(new Headers(init?.headers));
      if (tries.length === 1) throw new TypeError('the connection was lost');
      return response;
    };
    const { clientId, clientSecret } = partner;
    const { baseUrl } = service;
    return {
      client: createPartnerClient({ baseUrl, clientId, clientSecret, fetch: lossy }),
      tries,
    };
  }

  test('that reads is repeated when its answer was lost', async () => {
    const { client, tries } = losing('getAccount');
    assert.equal((await client.getAccount(id)).account_id, id.account_id);
    assert.equal(tries.length, 2);
  });

  test('for an access token is repeated when its answer was lost', async () => {
    const { client, tries } = losing('accessToken');
    await client.accessToken();
    assert.equal(tries.length, 2);
  });

  test('that sets settings is repeated, since twice is as good as once', async () => {
    const { client, tries } = losing('updateAccount');
    const answer = await client.updateAccount({ ...id, account_name: 'Repeated' });
    assert.equal(answer.account_name, 'Repeated');
    assert.equal(tries.length, 2);
  });

  test('with If-Match is not repeated, since its own change makes the revision stale', async () => {
    const { revision } = await partner.getAccount(id);
    const { client, tries } = losing('updateAccount');
    const change = client.updateAccount({ ...id, account_name: 'Once' }, { ifMatch: revision });
    await assert.rejects(change, NoAnswer);
    assert.equal(tries.length, 1);
    assert.equal((await partner.getAccount(id)).account_name, 'Once');
  });

  test('with If-Match and a key is repeated, and answers as the first time', async () => {
    const { revision } = await partner.getAccount(id);
    const { client, tries } = losing('updateAccount');
    const options = { ifMatch: revision, idempotencyKey: crypto.randomUUID() };
    const answer = await client.updateAccount({ ...id, account_name: 'Keyed' }, options);
    assert.equal(answer.revision, revision + 1);
    assert.equal(tries.length, 2);
  });

  test('that creates an account makes one, though it was repeated', async () => {
    const { client, tries } = losing('createAccount');
    const before = (await partner.getAccounts()).totalOnline;
    await client.createAccount(accountRequest());
    assert.equal((await partner.getAccounts()).totalOnline, before + 1);
    const [key, again] = tries.map((headers) => headers.get('idempotency-key'));
    assert.ok(key);
    assert.equal(again, key);
  });

  test('that creates an account and stays unanswered says the key to repeat it with', async () => {
    const { clientId, clientSecret } = partner;
    const request = accountRequest();
    const before = (await partner.getAccounts()).totalOnline;
    const deaf: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes('createAccount')) return response;
      throw new TypeError('the connection was lost');
    };
    const options = { baseUrl: service.baseUrl, clientId, clientSecret, retries: 0 };
    const lost = createPartnerClient({ ...options, fetch: deaf }).createAccount(request);
    const { idempotencyKey = '' } = await lost.then(
      () => assert.fail('answered'),
      (error: NoAnswer) => error,
    );
    assert.notEqual(idempotencyKey, '');
    await createPartnerClient(options).createAccount(request, { idempotencyKey });
    assert.equal((await partner.getAccounts()).totalOnline, before + 1);
  });

  test('that deletes is not repeated, whatever key it came with', async () => {
    const accountID = await service.newAccount(partner);
    const { client, tries } = losing('deleteAccount');
    const gone = client.deleteAccount({ accountID, server: 'online' }, { idempotencyKey: 'k' });
    await assert.rejects(gone, NoAnswer);
    assert.equal(tries.length, 1);
  });

  test('names its account in either spelling', async () => {
    const { account_id, server } = id;
    const answers = [
      await partner.getAccount({ account_id, server }),
      await partner.getAccount({ accountID: account_id, server }),
      await partner.updateAccount({ accountID: account_id, server }),
    ];
    for (const answer of answers) assert.equal(answer.account_id, account_id);
    assert.equal((await partner.getAgents({ account_id, server })).accountID, account_id);
    // @ts-expect-error One of them is needed.
    await assert.rejects(partner.getAccount({ server }), { reason: 'account_id_invalid' });
  });

  test('that is refused throws what the service said', async () => {
    const wrong = partner.updateAccount({ ...id, account_status: 2 as 1 }, { requestId: 'mine-1' });
    await assert.rejects(wrong, {
      name: 'Refusal',
      reason: 'account_status_invalid',
      number: 37,
      http: 422,
      message: 'account_status is not valid; it must be 0 (off) or 1 (on).',
      requestId: 'mine-1',
      details: {
        parameter: 'account_status',
        message: 'account_status is not valid; it must be 0 (off) or 1 (on).',
      },
    });
  });

  test('with a stale revision throws the current one', async () => {
    const { revision } = await partner.getAccount(id);
    const stale = partner.updateAccount({ ...id, account_name: 'New' }, { ifMatch: [9998, 9999] });
    await assert.rejects(stale, (error: Refusal) => error.details.revision === revision);
    await partner.updateAccount({ ...id, account_name: 'New' }, { ifMatch: [revision, 9999] });
    await partner.updateAccount({ ...id, account_name: 'Newer' }, { ifMatch: '*' });
  });

  test('of a credential in mode original throws the same names', async () => {
    const original = await service.newPartner('original');
    const reason = (request: object) =>
      original.updateAccount({ ...id, ...request }).catch((error) => error.reason);
    assert.equal(await reason({}), 'account_not_found');
    assert.equal(await reason({ server: 'nowhere' }), 'server_not_found');
    assert.equal(await reason({ account_id: 0 }), 'account_id_invalid');
  });
});
