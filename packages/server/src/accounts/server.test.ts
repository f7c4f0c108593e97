import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startService, type TestService } from '../testing/service.ts';

describe('the servers of an installation', () => {
  let service: TestService;
  before(async () => {
    service = await startService();
  });

  test('every partner sees them, by name, with the main one and where people sign in', async () => {
    await service.operator.createServer({ server: 'Berlin-2' });
    const partner = await service.newPartner();
    const { list } = await partner.getServers();
    assert.deepEqual(
      list.map(({ server, main }) => [server, main]),
      [
        ['berlin-2', false],
        ['online', true],
      ],
    );
    // A link to log in leads to the same place.
    for (const { server, address } of list) {
      const accountID = await service.newAccount(partner, { server });
      const { login } = await partner.loginAgent({ accountID, agentID: 1, server });
      assert.equal(new URL(login).origin, address);
    }
  });
});
