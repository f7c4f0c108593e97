import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import type { Statement } from '../database/database.ts';
import { sharedService, type TestPartner, type TestService } from '../testing/service.ts';

const REFUSED = { code: '42501' };

describe('what the database refuses to everybody', () => {
  let service: TestService;
  let partner: TestPartner;
  let account_id: number;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
  });

  const run = (statement: Statement) => service.database.write((db) => db.query(statement));

  test("to change one of the three settings outside updateAccount, by the application's own connection", async () => {
    const attempts = [
      sql`update accounts set account_name = 'x'`,
      sql`update accounts set account_status = 0 where account_id = ${account_id}`,
      sql`update accounts set builder_url = 'https://evil.example'`,
      sql`update accounts set account_status = account_status`,
      sql`update accounts set revision = 9, account_name = 'x'`,
      sql`insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
          values (${server}, ${account_id}, ${partner.partner}, 'x', 1, 1)
          on conflict (server, account_id) do update set account_name = 'x'`,
    ];
    for (const attempt of attempts) await assert.rejects(run(attempt), REFUSED);
    const { account_name, revision } = await partner.getAccount({ account_id, server });
    assert.deepEqual([account_name, revision], ['My Account', 1]);
  });

  test('to begin, change or end a hold outside its operations, and to do anything else as one', async () => {
    const as = (operation: string, statement: Statement) =>
      service.database.write(async (db) => {
        await db.query(sql`select set_config('switchboard.operation', ${operation}, true)`);
        await db.query(statement);
      });
    const of = sql`where server = ${server} and account_id = ${account_id}`;
    const holding = sql`update accounts set held_reason = 'x', held_at = now() ${of}`;
    await assert.rejects(run(holding), REFUSED);
    const others = [
      sql`update accounts set account_name = 'x' ${of}`,
      sql`update accounts set builder_url = 'https://evil.example' ${of}`,
      sql`update accounts set erased_at = now() ${of}`,
    ];
    for (const other of others)
      for (const operation of ['holdAccount', 'releaseAccount'])
        await assert.rejects(as(operation, other), REFUSED);
    await partner.updateAccount({ account_id, server, account_status: 0 });
    const on = sql`update accounts set account_status = 1 ${of}`;
    for (const operation of ['holdAccount', 'releaseAccount'])
      await assert.rejects(as(operation, on), REFUSED);
    await as('holdAccount', holding);
    await assert.rejects(run(sql`update accounts set held_reason = null, held_at = null`), REFUSED);
    // Held and on, or held for no reason, is no state of a row, whoever would write it.
    const [violated, permitted] = [{ code: '23514' }, 'updateAccount'];
    await assert.rejects(as(permitted, on), violated);
    await assert.rejects(
      as('holdAccount', sql`update accounts set held_at = null ${of}`),
      violated,
    );
    await service.operator.releaseAccount({ account_id, server });
    await partner.updateAccount({ account_id, server, account_status: 1 });
  });

  test('the permission of updateAccount ends with its statement, on every connection', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        partner.updateAccount({ account_id, server, account_name: `Name ${n}` }),
      ),
    );
    const name = sql`update accounts set account_name = 'x'`;
    await Promise.all(Array.from({ length: 30 }, () => assert.rejects(run(name), REFUSED)));
  });

  test('to change or remove an event', async () => {
    for (const attempt of [
      sql`update events set type = 'x'`,
      sql`update events set changes = '{}' where account_id = ${account_id}`,
      sql`delete from events`,
      sql`delete from events where event_id = (select max(event_id) from events)`,
      sql`truncate events`,
      sql`truncate partners cascade`,
    ])
      await assert.rejects(run(attempt), REFUSED);
    const [events] = await service.database.read((db) =>
      db.query<{ n: number }>(sql`select count(*) as n from events`),
    );
    assert.ok((events?.n ?? 0) > 60);
  });

  test('to blank the events of an account that is not erased, even as eraseAccount', async () => {
    const blank = service.database.write(async (db) => {
      await db.query(sql`select set_config('switchboard.operation', 'eraseAccount', true)`);
      await db.query(sql`update events set changes = '{}', address = null, status_reason = null
        where account_id = ${account_id}`);
    });
    await assert.rejects(blank, REFUSED);
  });
});
