import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startService } from '../testing/service.ts';

type Change = { from: unknown; to: unknown };
type Settings = { account_name: string; account_status: 0 | 1; builder_url: string };

const server = 'online';

/** A call that changes some of the three settings, its values unlike any other's. */
function changesOf(n: number): Partial<Settings> {
  return {
    ...(n % 2 === 0 && { account_name: `Name ${n}` }),
    ...(n % 3 === 0 && { builder_url: `https://builder.example.com/${n}` }),
    ...(n % 5 !== 0 && { account_status: n % 7 < 3 ? 0 : 1 }),
  };
}

describe('two nodes that update one account at once', () => {
  // Each node gathers for itself: between nodes only the row's lock keeps order.
  test('lose no change: each begins where the one before it ended', async () => {
    const first = await startService();
    const second = await startService({ beside: first });
    const partner = await first.newPartner();
    const account_id = await first.newAccount(partner);
    const token = await partner.accessToken();
    const call = async (baseUrl: string, n: number) => {
      const response = await fetch(`${baseUrl}/api/online/updateAccount`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ account_id, server, ...changesOf(n) }),
      });
      assert.equal(response.status, 200);
      return (await response.json()) as Settings & { revision: number };
    };
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, n) => call([first, second][n % 2]?.baseUrl ?? '', n + 1)),
    );
    const events = await first.database.read((db) =>
      db.query<{ changes: Record<string, Change> }>(sql`
        select changes from events
        where account_id = ${account_id} and type <> 'account.created'
        order by event_id`),
    );

    let now: Settings = { account_name: 'My Account', account_status: 1, builder_url: '' };
    for (const { changes } of events)
      for (const [setting, { from, to }] of Object.entries(changes)) {
        assert.equal(from, now[setting as keyof Settings], setting);
        now = { ...now, [setting]: to };
      }
    const account = await partner.getAccount({ account_id, server });
    const { account_name, account_status, builder_url } = account;
    assert.deepEqual({ account_name, account_status, builder_url }, now);
    assert.equal(account.revision, events.length + 1);

    // What each call was answered is what was in force when it was its turn.
    for (const [index, answer] of answers.entries())
      for (const [setting, value] of Object.entries(changesOf(index + 1)))
        assert.equal(answer[setting as keyof Settings], value);
  });

  test('take entry numbers in the order of their switches', async () => {
    const first = await startService();
    const second = await startService({ beside: first });
    const partner = await first.newPartner();
    const account_id = await first.newAccount(partner);
    const token = await partner.accessToken();
    const flip = (n: number) =>
      fetch(`${[first, second][n % 2]?.baseUrl}/api/online/updateAccount`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ account_id, server, account_status: n % 4 < 2 ? 0 : 1 }),
      });
    for (let round = 0; round < 50; round += 1) {
      await Promise.all(Array.from({ length: 8 }, (_, n) => flip(n)));
      // Nobody else takes numbers here: the last one taken is the one in force.
      const [row] = await first.database.read((db) =>
        db.query<{ in_force: number; taken: number }>(sql`
          select entry_number as in_force, (select last_value from entry_numbers) as taken
          from accounts where account_id = ${account_id}`),
      );
      assert.equal(row?.in_force, row?.taken);
    }
  });
});
