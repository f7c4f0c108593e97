import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Refusal } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { sharedService, type TestPartner, type TestService } from '../../testing/service.ts';

describe('updateAccount', () => {
  let service: TestService;
  let partner: TestPartner;
  let account_id: number;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
  });

  const events = (id: number) =>
    service.database.read((db) =>
      db.query<{ type: string; changes: object; status_reason: string | null; actor_id: string }>(
        sql`select * from events where account_id = ${id} order by event_id`,
      ),
    );

  test('changes the three settings together and answers what is now in force', async () => {
    const answer = await partner.updateAccount({
      account_id,
      server,
      account_name: 'New name',
      account_status: 0,
      builder_url: 'https://builder.example.com/login',
    });
    const { suspended, ...rest } = answer;
    assert.deepEqual(rest, {
      status: 'OK',
      reason: 1,
      account_id,
      server,
      account_name: 'New name',
      account_status: 0,
      builder_url: 'https://builder.example.com/login',
      revision: 2,
    });
    assert.equal(suspended?.sessions_ended, 0);
  });

  test('without an optional parameter reads, and records nothing', async () => {
    const id = await service.newAccount(partner);
    const answer = await partner.updateAccount({ account_id: id, server });
    assert.equal(answer.revision, 1);
    assert.deepEqual(
      (await events(id)).map((event) => event.type),
      ['account.created'],
    );
  });

  test('records one event with every change, its actor and its reason', async () => {
    const id = await service.newAccount(partner);
    await partner.updateAccount({
      account_id: id,
      server,
      account_status: 0,
      status_reason: 'unpaid',
      account_name: 'Closed',
    });
    const [, event] = await events(id);
    assert.equal(event?.type, 'account.suspended');
    assert.equal(event?.status_reason, 'unpaid');
    assert.equal(event?.actor_id, partner.clientId);
    assert.deepEqual(event?.changes, {
      account_name: { from: 'My Account', to: 'Closed' },
      account_status: { from: 1, to: 0 },
    });
  });

  test("refuses another partner's account as if it did not exist", async () => {
    const other = await service.newPartner();
    const theirs = await refusal(other.updateAccount({ account_id, server, account_status: 1 }));
    const missing = await refusal(other.updateAccount({ account_id: 9999, server }));
    assert.equal(theirs.number, 33);
    assert.equal(theirs.http, missing.http);
    assert.equal(theirs.message, missing.message);
  });

  test('keeps 200 concurrent partial updates, none lost', async () => {
    const id = await service.newAccount(partner);
    const calls = Array.from({ length: 200 }, (_, n) =>
      partner.updateAccount({
        account_id: id,
        server,
        ...(n % 2 ? { account_name: `Name ${n}` } : { builder_url: `https://b.example/${n}` }),
      }),
    );
    const answers = await Promise.all(calls);
    const revisions = answers.map(({ revision }) => revision).sort((a, b) => a - b);
    assert.deepEqual(
      revisions,
      Array.from({ length: 200 }, (_, n) => n + 2),
    );
    const last = answers.find(({ revision }) => revision === 201);
    const now = await partner.getAccount({ account_id: id, server });
    assert.equal(now.account_name, last?.account_name);
    assert.equal(now.builder_url, last?.builder_url);
    assert.equal((await events(id)).length, 201);
  });
});

async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => assert.fail('the call was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refusal)) throw error;
  return error;
}
