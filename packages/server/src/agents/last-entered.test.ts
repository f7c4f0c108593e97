import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

const server = 'online';

describe('when an agent last came in', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));
  const age = (account_id: number, seconds: number) =>
    write(sql`
    update agents set last_entered_at = date_trunc('second', now()) - ${seconds} * interval '1 second'
    where account_id = ${account_id} and server = ${server}`);
  const lastEntered = async (accountID: number) =>
    (await partner.getAgents({ accountID, server })).list[0]?.last_entered ?? 0;
  const now = () => Math.floor(Date.now() / 1000);

  async function inside() {
    const request = accountRequest();
    const { account_id } = await partner.createAccount(request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const come = async () =>
      assert.equal((await visitor.get(`/api/workspace/${account_id}`)).http, 200);
    await come();
    return { account_id, come };
  }

  test('is written once an hour at most, however often they ask', async () => {
    const { account_id, come } = await inside();
    await age(account_id, 3000);
    const before = await lastEntered(account_id);
    for (let n = 0; n < 20; n += 1) await come();
    // Somebody else's, which is due, is written after what might have been written of this one.
    const other = await inside();
    await age(other.account_id, 4000);
    await other.come();
    while ((await lastEntered(other.account_id)) < now() - 60);
    assert.equal(await lastEntered(account_id), before);
  });

  test('waits for no lock: whoever is inside reads on, and it is written another time', async () => {
    const { account_id, come } = await inside();
    await age(account_id, 4000);
    const before = await lastEntered(account_id);
    await service.database.write(async (db) => {
      await db.query(sql`
        select from agents where account_id = ${account_id} and server = ${server} for update`);
      for (let n = 0; n < 5; n += 1) await come();
      const other = await inside();
      await age(other.account_id, 4000);
      await other.come();
      while ((await lastEntered(other.account_id)) < now() - 60);
    });
    assert.equal(await lastEntered(account_id), before);
    while ((await lastEntered(account_id)) < now() - 60) await come();
  });

  test('goes with what an erased account held, and so do its administrators', async () => {
    const { account_id } = await inside();
    await partner.deleteAccount({ accountID: account_id, server });
    await write(sql`
      update accounts set deleted_at = now() - interval '31 days'
      where account_id = ${account_id} and server = ${server}`);
    const read = () =>
      write(sql`
        select a.administrators <> '' as named, g.last_entered_at is not null as entered
        from accounts a join agents g using (server, account_id)
        where a.account_id = ${account_id} and a.server = ${server}`);
    assert.deepEqual(await read(), [{ named: true, entered: true }]);
    await write(sql`select erase_account(${server}, ${account_id})`);
    assert.deepEqual(await read(), [{ named: false, entered: false }]);
  });
});
