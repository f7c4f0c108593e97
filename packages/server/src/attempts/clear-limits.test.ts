import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { send } from '../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

describe('the operator who ends a lock-out', () => {
  let service: TestService;
  before(async () => {
    service = await startService({ environment: { TRUST_PROXY: 'loopback' } });
  });

  const tryFrom = async (
    address: string,
    { clientId, clientSecret }: TestPartner,
    client_secret = clientSecret,
  ) => {
    const headers = { 'x-forwarded-for': address };
    const body = { client_id: clientId, client_secret };
    return (await send(service.baseUrl, 'accessToken', { headers, body })).http;
  };

  async function lockOut(address: string, partner: TestPartner): Promise<void> {
    for (let n = 0; n < 10; n += 1) await tryFrom(address, partner, 'wrong');
    assert.equal(await tryFrom(address, partner), 429);
  }

  const endedBy = async (request: Parameters<typeof service.operator.clearLimits>[0]) => {
    const { blocks_ended, failures_forgotten } = await service.operator.clearLimits(request);
    return [blocks_ended, failures_forgotten];
  };

  test('ends that of a client id everywhere, and of no other one', async () => {
    const [locked, other] = [await service.newPartner(), await service.newPartner()];
    for (const address of ['203.0.113.1', '2001:db8::1']) {
      await lockOut(address, locked);
      await lockOut(address, other);
    }
    // Ten of each network, and of the site around the second.
    assert.deepEqual(await endedBy({ client_id: locked.clientId }), [2, 30]);
    for (const address of ['203.0.113.1', '2001:db8::1']) {
      assert.equal(await tryFrom(address, locked), 200);
      assert.equal(await tryFrom(address, other), 429);
    }
    assert.deepEqual(await endedBy({ client_id: locked.clientId }), [0, 0]);
  });

  test("ends that of an address's network, people's included, and of no other one", async () => {
    const partner = await service.newPartner();
    const request = accountRequest();
    await service.newAccount(partner, request);
    const signIn = (address: string, password?: string) =>
      newVisitor(service).signIn(request.admin_email, password, {
        headers: { 'x-forwarded-for': address },
      });
    const addresses = ['2001:db8:1::1', '203.0.113.2'] as const;
    for (const address of addresses) {
      await lockOut(address, partner);
      for (let n = 0; n < 10; n += 1) await signIn(address, 'wrong');
      assert.equal((await signIn(address)).http, 429);
    }
    const [blocks] = await endedBy({ address: '2001:DB8:1:0:2::' });
    assert.equal(blocks, 2);
    assert.equal(await tryFrom(addresses[0], partner), 200);
    assert.equal((await signIn(addresses[0])).http, 200);
    assert.equal(await tryFrom(addresses[1], partner), 429);
    assert.equal((await signIn(addresses[1])).http, 429);
  });

  test('ends that of one client id at one address', async () => {
    const [one, other] = [await service.newPartner(), await service.newPartner()];
    for (const partner of [one, other])
      for (const address of ['203.0.113.3', '203.0.113.4']) await lockOut(address, partner);
    assert.deepEqual(await endedBy({ client_id: one.clientId, address: '203.0.113.3' }), [1, 10]);
    assert.equal(await tryFrom('203.0.113.3', one), 200);
    assert.equal(await tryFrom('203.0.113.4', one), 429);
    assert.equal(await tryFrom('203.0.113.3', other), 429);
  });

  test('leaves the limits as they are, and is in the log of events', async () => {
    const partner = await service.newPartner();
    await lockOut('203.0.113.5', partner);
    await service.operator.clearLimits({ client_id: partner.clientId, address: '203.0.113.5' });
    await lockOut('203.0.113.5', partner);
    const events = await service.database.read((db) =>
      db.query(sql`
        select actor_kind, subject from events
        where type = 'limit.cleared' and partner_id = ${partner.partner}`),
    );
    const subject = `${partner.clientId} 203.0.113.5`;
    assert.deepEqual(events, [{ actor_kind: 'operator', subject }]);
  });

  test('names a client id that is there, or an address', async () => {
    const clear = (body: object) => send(service.operatorUrl, 'clearLimits', { body });
    const refused: [object, number, number, RegExp][] = [
      [{}, 114, 422, /address is missing; .* either it or client_id is needed/],
      [{ address: '203.0.113' }, 114, 422, /address is not valid/],
      [{ address: '203.0.113.0/24' }, 114, 422, /address is not valid/],
      [{ client_id: '' }, 105, 422, /client_id/],
      [{ client_id: 'swb_ci_nobody' }, 105, 404, /no such credential/],
    ];
    for (const [body, reason, http, message] of refused) {
      const heard = await clear(body);
      assert.deepEqual([heard.body.reason, heard.http], [reason, http], heard.text);
      assert.match(String(heard.body.message), message);
    }
  });
});
