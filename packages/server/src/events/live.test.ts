import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openLive, type TestLive } from '../testing/live.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const server = 'online';

describe('the live stream of an account, on two nodes', () => {
  let first: TestService;
  let second: TestService;
  let partner: TestPartner;

  before(async () => {
    first = await startService();
    second = await startService({ beside: first });
    partner = await first.newPartner();
  });

  /** An account, its administrator signed in, and a stream of theirs on each node. */
  async function open(): Promise<{
    account_id: number;
    visitor: Visitor;
    streams: [TestLive, TestLive];
  }> {
    const request = accountRequest();
    const account_id = await first.newAccount(partner, request);
    const visitor = newVisitor(first);
    assert.equal((await visitor.signIn(request.admin_email)).http, 200);
    const streams: [TestLive, TestLive] = [
      await openLive(first.baseUrl, visitor, account_id),
      await openLive(second.baseUrl, visitor, account_id),
    ];
    for (const stream of streams) assert.equal((await stream.next())?.name, 'state');
    return { account_id, visitor, streams };
  }

  test('begins with the whole state, as the workspace answers it', async () => {
    const { account_id, visitor, streams } = await open();
    const { body } = await visitor.get(`/api/workspace/${account_id}`);
    for (const stream of streams) {
      assert.deepEqual(stream.events[0]?.data, body);
      stream.close();
    }
  });

  test('says a new name and a new builder link on both, and nothing where nothing changed', async () => {
    const { account_id, streams } = await open();
    const builder_url = 'https://builder.example.com/login';
    await partner.updateAccount({ account_id, server, account_name: 'Renamed', builder_url });
    for (const stream of streams) {
      const changed = await stream.next();
      assert.deepEqual(
        [changed?.name, changed?.data.account_name, changed?.data.builder_url],
        ['account', 'Renamed', builder_url],
      );
    }
    await partner.updateAccount({ account_id, server, account_name: 'Renamed', builder_url });
    // Only now: a stream that looks once for both changes has but the last to tell.
    await partner.updateAccount({ account_id, server, account_status: 0 });
    for (const stream of streams) {
      assert.equal((await stream.next())?.name, 'disabled');
      assert.equal(await stream.next(), undefined);
    }
  });

  test('ends on both with `disabled` and whom to ask when the account is switched off', async () => {
    await first.operator.updatePartner({
      partner: partner.partner,
      support_name: 'Help desk',
      support_url: 'https://help.example.com',
      support_email: 'help@example.com',
    });
    const { account_id, visitor, streams } = await open();
    await partner.updateAccount({ account_id, server, account_status: 0 });
    for (const stream of streams) {
      assert.deepEqual(await stream.next(), {
        name: 'disabled',
        data: {
          account_name: 'My Account',
          support: {
            name: 'Help desk',
            url: 'https://help.example.com',
            email: 'help@example.com',
          },
        },
      });
      assert.equal(await stream.next(), undefined);
      await stream.ended;
    }
    for (const { baseUrl } of [first, second])
      assert.equal((await openLive(baseUrl, visitor, account_id)).http, 403);
  });

  test('ends when the account is deleted', async () => {
    const { account_id, streams } = await open();
    await partner.deleteAccount({ accountID: account_id, server });
    for (const stream of streams) {
      assert.equal((await stream.next())?.name, 'disabled');
      await stream.ended;
    }
  });

  test("leaves other accounts' streams alone", async () => {
    const one = await open();
    const other = await open();
    await partner.updateAccount({ account_id: one.account_id, server, account_status: 0 });
    for (const stream of one.streams) await stream.ended;
    await partner.updateAccount({
      account_id: other.account_id,
      server,
      account_name: 'Still here',
    });
    for (const stream of other.streams) {
      assert.equal((await stream.next())?.data.account_name, 'Still here');
      stream.close();
    }
  });

  test('is not missed by a cut in the middle of which the connections that read the log are killed', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { account_id, visitor, streams } = await open();
      const cut = partner.updateAccount({ account_id, server, account_status: 0 });
      await sleep(Math.random() * 6);
      await first.database.read((db) =>
        db.query(sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'switchboard tail'`),
      );
      await cut;
      for (const stream of streams) await stream.ended;
      for (const { baseUrl } of [first, second])
        assert.equal((await openLive(baseUrl, visitor, account_id)).http, 403);
    }
  });

  test('that opens while the account is being cut is refused or ends with `disabled`', async () => {
    const request = accountRequest();
    const account_id = await first.newAccount(partner, request);
    for (let round = 0; round < 30; round += 1) {
      const visitor = newVisitor(first);
      assert.equal((await visitor.signIn(request.admin_email)).http, 200);
      const opening = Array.from({ length: 6 }, async (_, n) => {
        await sleep(Math.random() * 5);
        return openLive((n % 2 ? first : second).baseUrl, visitor, account_id);
      });
      const cutting = partner.updateAccount({ account_id, server, account_status: 0 });
      for (const stream of await Promise.all(opening)) {
        await stream.ended;
        if (stream.http === 200) assert.equal(stream.events.at(-1)?.name, 'disabled');
        else assert.equal(stream.http, 403);
      }
      await cutting;
      await partner.updateAccount({ account_id, server, account_status: 1 });
    }
  });
});
