import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startService, type TestService } from '../testing.ts';
import { isPrivateAddress } from './address.ts';

describe('isPrivateAddress', () => {
  const addresses = {
    true: [
      '127.0.0.1',
      '127.255.0.1',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.1.1',
      '100.64.0.1',
      '::1',
      '::ffff:10.0.0.1',
      '::FFFF:127.0.0.1',
      'fd12::1',
      'fe80::1',
      'fe80::1%eth0',
    ],
    false: [
      '203.0.113.7',
      '172.32.0.1',
      '100.128.0.1',
      '::ffff:203.0.113.7',
      '2001:db8::1',
      '::2',
      '',
      'unknown',
      '10.0.0',
    ],
  };
  for (const [expected, list] of Object.entries(addresses))
    for (const address of list)
      test(`is ${expected} for "${address}"`, () => {
        assert.equal(String(isPrivateAddress(address)), expected);
      });
});

describe("the client's address", () => {
  /** What the service recorded as the address of a request with this X-Forwarded-For. */
  const recorded = async (service: TestService, forwarded: string) => {
    const partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    const response = await fetch(`${service.baseUrl}/api/online/updateAccount`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await partner.accessToken()}`,
        'x-forwarded-for': forwarded,
      },
      body: JSON.stringify({ account_id, server: 'online', account_name: 'New name' }),
    });
    assert.equal(response.status, 200);
    const [event] = await service.database.read((db) =>
      db.query<{ address: string }>(
        sql`select address from events where account_id = ${account_id} order by event_id desc`,
      ),
    );
    return event?.address;
  };

  describe('behind trusted proxies', () => {
    let service: TestService;
    before(async () => {
      service = await startService({ environment: { TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' } });
    });

    test('is the last one in X-Forwarded-For that is no proxy', async () => {
      assert.equal(await recorded(service, '203.0.113.7'), '203.0.113.7');
      assert.equal(await recorded(service, '203.0.113.7, 10.1.2.3'), '203.0.113.7');
    });

    test('cannot be forged by what a client puts before it', async () => {
      assert.equal(await recorded(service, '198.51.100.1, 203.0.113.7'), '203.0.113.7');
    });
  });

  test("is the connection's own while TRUST_PROXY is off", async () => {
    const service = await startService();
    assert.equal(await recorded(service, '203.0.113.7'), '127.0.0.1');
  });
});
