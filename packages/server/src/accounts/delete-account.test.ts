import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';

describe('deleteAccount and restoreAccount', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'second' });
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const remove = (body: object) => send(service.baseUrl, 'deleteAccount', { token, body });
  const restore = (body: object) => send(service.operatorUrl, 'restoreAccount', { body });
  const row = async (id: number) => {
    const [found] = await service.database.read((db) =>
      db.query<{ entry_number: number; deleted_at: Date | null; revision: number }>(
        sql`select * from accounts where account_id = ${id} and server = ${server}`,
      ),
    );
    assert.ok(found);
    return found;
  };
  const numberOnBoth = async () => {
    const id = await service.newAccount(partner);
    await service.database.write((db) =>
      db.query(sql`update servers set next_account_id = ${id} where name = 'second'`),
    );
    assert.equal(await service.newAccount(partner, { server: 'second' }), id);
    return id;
  };

  test('takes the account out of every call', async () => {
    const id = await service.newAccount(partner);
    const { http, body } = await remove({ accountID: id, server });
    assert.equal(http, 200);
    assert.deepEqual(body, { status: 'OK', reason: 1, accountID: id, server });
    const query = `?account_id=${id}&server=online`;
    assertRefused(await send(service.baseUrl, 'getAccount', { token, query }), 33, 404);
    const update = { token, body: { account_id: id, server, account_status: 1 } };
    assertRefused(await send(service.baseUrl, 'updateAccount', update), 33, 404);
    assertRefused(await remove({ accountID: id, server }), 33, 404);
    const { list } = await partner.getAccounts({ q: String(id) });
    assert.equal(
      list.some(({ account_id }) => account_id === String(id)),
      false,
    );
  });

  test('takes the main server by default', async () => {
    const id = await service.newAccount(partner);
    assert.equal((await remove({ accountID: id })).body.server, server);
  });

  test('wants the server when the partner has that number on two', async () => {
    const id = await numberOnBoth();
    const heard = await remove({ accountID: id });
    assertRefused(heard, 34, 422);
    assert.equal(heard.body.parameter, 'server');
    assert.equal((await remove({ accountID: id, server: 'second' })).http, 200);
    assert.equal((await remove({ accountID: id })).body.server, server);
  });

  test("does not count another partner's account of the same number", async () => {
    const id = await service.newAccount(partner);
    await service.database.write((db) =>
      db.query(sql`update servers set next_account_id = ${id} where name = 'second'`),
    );
    const other = await service.newPartner();
    assert.equal(await service.newAccount(other, { server: 'second' }), id);
    assert.equal((await remove({ accountID: id })).http, 200);
    assert.equal((await other.getAccount({ account_id: id, server: 'second' })).account_id, id);
  });

  test('of the number on another server alone is refused: the default is the main server', async () => {
    const id = await numberOnBoth();
    await remove({ accountID: id, server });
    assertRefused(await remove({ accountID: id }), 33, 404);
  });

  test('never gives a number a second time', async () => {
    const id = await service.newAccount(partner);
    await remove({ accountID: id, server });
    assert.equal(await service.newAccount(partner), id + 1);
  });

  test('raises the entry number when deleted and again when restored', async () => {
    const id = await service.newAccount(partner);
    const made = await row(id);
    await remove({ accountID: id, server });
    const deleted = await row(id);
    await restore({ account_id: id, server });
    const restored = await row(id);
    assert.ok(made.entry_number < deleted.entry_number);
    assert.ok(deleted.entry_number < restored.entry_number);
    assert.equal(restored.revision, 1);
  });

  test('is undone by the operator: settings, revision and number come back', async () => {
    const id = await service.newAccount(partner);
    const change = {
      account_name: 'Kept',
      account_status: 0,
      builder_url: 'https://b.example',
    } as const;
    await partner.updateAccount({ account_id: id, server, ...change });
    await remove({ accountID: id, server });
    const { body } = await restore({ account_id: id, server });
    const named = { account_id: id, server, account_name: 'Kept', account_status: 0 };
    assert.deepEqual(body, { status: 'OK', reason: 1, ...named });
    const { account_name, account_status, builder_url, revision } = await partner.getAccount({
      account_id: id,
      server,
    });
    assert.deepEqual({ account_name, account_status, builder_url }, change);
    assert.equal(revision, 2);
  });

  test('cannot be undone for an account that is not deleted, missing or erased', async () => {
    const id = await service.newAccount(partner);
    assertRefused(await restore({ account_id: id, server }), 109, 404);
    assertRefused(await restore({ account_id: 9_999_998, server }), 109, 404);
    assertRefused(await restore({ account_id: id, server: 'nowhere' }), 34, 404);
    await remove({ accountID: id, server });
    await service.database.write(async (db) => {
      await db.query(sql`update accounts set deleted_at = now() - interval '30 days'
        where account_id = ${id} and server = ${server}`);
      await db.query(sql`select erase_account(${server}, ${id})`);
    });
    assertRefused(await restore({ account_id: id, server }), 109, 404);
  });

  test('raced by 10 calls is done once', async () => {
    const id = await service.newAccount(partner);
    const heard = await Promise.all(
      Array.from({ length: 10 }, () => remove({ accountID: id, server })),
    );
    assert.equal(heard.filter(({ http }) => http === 200).length, 1);
    const events = await service.database.read((db) =>
      db.query(sql`select from events
        where account_id = ${id} and server = ${server} and type = 'account.deleted'`),
    );
    assert.equal(events.length, 1);
  });
});
