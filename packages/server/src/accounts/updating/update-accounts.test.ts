import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../../testing/http.ts';
import { manyAccounts } from '../../testing/scenes/many.ts';
import { sharedService, type TestPartner, type TestService } from '../../testing/service.ts';

type Item = Record<string, unknown>;

describe('updateAccounts', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const ask = (body: unknown, by = token) =>
    send(service.baseUrl, 'updateAccounts', { token: by, body });
  const change = async (changes: Item[], by = token) => {
    const { http, body, text } = await ask({ changes }, by);
    assert.equal(http, 200, text);
    return body as { done: number; refused: number; list: Item[] };
  };
  const numbers = (list: Item[]) => list.map(({ reason }) => reason);
  const eventsOf = (id: number) =>
    service.database.read((db) =>
      db.query<{ type: string; changes: object; status_reason: string | null }>(sql`
        select * from events where account_id = ${id} and server = ${server} order by event_id`),
    );

  test('answers each change as updateAccount would, in the order sent', async () => {
    const [a, b, c] = [await newAccount(), await newAccount(), await newAccount()];
    const { done, refused, list } = await change([
      { account_id: c, server, account_status: 0, status_reason: 'unpaid' },
      { accountID: String(a).padStart(7, '0'), server: 'ONLINE', account_name: ' Cafe\u0301 ' },
      { account_id: b, server, builder_url: 'https://b.example/x', account_status: '0' },
    ]);
    assert.deepEqual([done, refused], [3, 0]);
    for (const [index, account_id] of [c, a, b].entries()) {
      const { suspended, ...item } = list[index] as Item;
      const { ...alone } = await partner.updateAccount({ account_id, server });
      assert.deepEqual(item, alone);
      assert.equal(suspended !== undefined, account_id !== a);
    }
    assert.equal(list[1]?.account_name, 'Café');
    const [, event] = await eventsOf(c);
    assert.deepEqual(
      [event?.type, event?.status_reason, event?.changes],
      ['account.suspended', 'unpaid', { account_status: { from: 1, to: 0 } }],
    );
  });

  test('makes every change that is in order, whatever is refused beside it', async () => {
    const [a, b] = [await newAccount(), await newAccount()];
    const theirs = await service.newAccount(await service.newPartner());
    const sent: [Item, number][] = [
      [{ account_id: a, server, account_status: 0 }, 1],
      [{ account_id: 9_999_990, server, account_status: 0 }, 33],
      [{ account_id: theirs, server, account_status: 0 }, 33],
      [{ account_id: 9_999_991, server: 'nowhere' }, 34],
      [{ account_id: '8a', server }, 33],
      [{ account_id: 9_999_992 }, 34],
      [{ account_id: 9_999_993, server, account_name: '' }, 36],
      [{ account_id: 9_999_994, server, account_status: 2 }, 37],
      [{ account_id: 9_999_995, server, status: 0 }, 37],
      [{ account_id: 9_999_996, server, status_reason: 'x' }, 37],
      [{ account_id: 9_999_997, server, builder_url: 'http://b.example' }, 38],
      [{ account_id: 9_999_989, server, acount_status: 0 }, 39],
      [{ account_id: 9_999_988, server, revision: null }, 41],
      [{ account_id: 9_999_987, server, account_status: null }, 37],
      [{}, 33],
      [{ account_id: b, server, account_name: 'Made', account_status: 1 }, 1],
    ];
    const { done, refused, list } = await change(sent.map(([item]) => item));
    assert.deepEqual(
      numbers(list),
      sent.map(([, reason]) => reason),
    );
    assert.deepEqual([done, refused], [2, sent.length - 2]);
    const alone = await send(service.baseUrl, 'updateAccount', { token, body: sent[11]?.[0] });
    const { request_id, ...told } = alone.body;
    assert.deepEqual(list[11], told);
    const now = await partner.getAccount({ account_id: b, server });
    assert.equal(now.account_name, 'Made');
  });

  test('a revision that is not the present one refuses its own change, and names the present', async () => {
    const [a, b] = [await newAccount(), await newAccount()];
    await partner.updateAccount({ account_id: b, server, account_name: 'Meanwhile' });
    const { list } = await change([
      { account_id: a, server, account_name: 'New', revision: 1 },
      { account_id: b, server, account_name: 'New', revision: '1' },
    ]);
    assert.deepEqual(numbers(list), [1, 41]);
    assert.equal(list[1]?.revision, 2);
    assert.match(String(list[1]?.message), /revision/);
    const again = await change([{ account_id: b, server, account_name: 'New', revision: 2 }]);
    assert.equal(again.list[0]?.account_name, 'New');
  });

  test('what is so already is done, changes nothing and records nothing', async () => {
    const id = await newAccount();
    const { done, list } = await change([{ account_id: id, server, account_status: 1 }]);
    assert.deepEqual([done, list[0]?.revision], [1, 1]);
    assert.equal((await eventsOf(id)).length, 1);
  });

  test('refuses as a whole what is no list of 1 to 1,000 changes, or names an account twice', async () => {
    const id = await newAccount();
    const off = { account_id: id, server, account_status: 0 };
    const { length } = String(id);
    const twice = [
      [off, { account_id: String(id).padStart(7, '0'), server }],
      [off, { accountID: id, server: 'OnLine', account_name: 'x' }],
      [off, { account_id: 1, server: 'nowhere' }, { accountID: String(id), server, status: 1 }],
    ];
    assert.ok(length < 7);
    const wrong = [
      ...[undefined, null, 'x', 8, {}, [], off, JSON.stringify([off])],
      ...[
        [off, null],
        [off, []],
        [off, 'x'],
        [[off]],
        Array(1_001).fill({}),
        Array(400_000).fill(0),
      ],
      ...twice,
    ];
    for (const changes of wrong) {
      const heard = await ask({ changes });
      assertRefused(heard, 67, 422, JSON.stringify(changes)?.slice(0, 200));
      assert.deepEqual([heard.body.parameter, heard.body.code], ['changes', 'changes_invalid']);
    }
    for (const changes of twice)
      assert.match(String((await ask({ changes })).body.message), /twice \(as change 1 and \d\)/);
    for (const dry_run of [null, true, 2, '', 'yes', [1]]) {
      const heard = await ask({ changes: [off], dry_run });
      assertRefused(heard, 67, 422, dry_run);
      assert.equal(heard.body.parameter, 'dry_run');
    }
    assert.equal((await eventsOf(id)).length, 1);
  });

  test('the same number on two servers is two accounts', async () => {
    const id = await newAccount();
    const { list } = await change([
      { account_id: id, server },
      { account_id: id, server: 'elsewhere' },
    ]);
    assert.deepEqual(numbers(list), [1, 34]);
  });

  test('an Idempotency-Key is refused, since nothing would come of it', async () => {
    const id = await newAccount();
    const body = { changes: [{ account_id: id, server, account_status: 0 }] };
    for (const key of ['key', 'x'.repeat(300)]) {
      const headers = { 'idempotency-key': key };
      const heard = await send(service.baseUrl, 'updateAccounts', { token, body, headers });
      assertRefused(heard, 42, 400, key);
      assert.match(String(heard.body.message), /takes no Idempotency-Key/);
    }
    assert.equal((await eventsOf(id)).length, 1);
  });

  test('in mode original each change is read as leniently as alone, and tells what it ignored', async () => {
    const lenient = await service.newPartner('original');
    const [a, b] = [await service.newAccount(lenient), await service.newAccount(lenient)];
    const by = await lenient.accessToken();
    const { list } = await change(
      [
        { account_id: a, server, account_status: 0, comment: 'x', note: 1 },
        { account_id: b, server, status: 0, comment: 'x' },
      ],
      by,
    );
    assert.deepEqual(numbers(list), [1, 37]);
    assert.deepEqual([list[0]?.ignored, list[1]?.ignored], [['comment', 'note'], undefined]);
    const heard = await ask({ changes: [{ account_id: a, server }], comment: 'x' }, by);
    assert.deepEqual([heard.http, heard.body.ignored], [200, ['comment']]);
    const slip = await ask(
      { changes: [{ account_id: b, server, account_status: 0 }], dryRun: 1 },
      by,
    );
    assertRefused(slip, 67, 200);
    assert.equal((await lenient.getAccount({ account_id: b, server })).account_status, 1);
    const wrong = await ask({ changes: [] }, by);
    assertRefused(wrong, 67, 200);
  });

  test('1,000 changes are made and answered in their order, and a lone one beside them', async () => {
    const ids = await manyAccounts(service, partner, 1_000);
    const shuffled = ids.toSorted((a, b) => (a % 97) - (b % 97) || a - b);
    const [lone = 0] = ids.slice(-1);
    const [{ done, refused, list }, single] = await Promise.all([
      change(shuffled.map((account_id) => ({ account_id, server, account_status: 0 }))),
      partner.updateAccount({ account_id: lone, server, account_name: 'Beside' }),
    ]);
    assert.deepEqual([done, refused], [1_000, 0]);
    assert.deepEqual(
      list.map(({ account_id }) => account_id),
      shuffled,
    );
    assert.ok(list.every(({ suspended }) => suspended));
    assert.equal(single.account_name, 'Beside');
    const [row] = await service.database.read((db) =>
      db.query<{ off: number; revisions: number; events: number }>(sql`
        select count(*) filter (where account_status = 0)::integer as off,
          sum(revision)::integer as revisions,
          (select count(*) from events e
           where e.partner_id = ${partner.partner} and e.type = 'account.suspended'
             and e.account_id = any (${ids}) and e.server = ${server})::integer as events
        from accounts where server = ${server} and account_id = any (${ids})`),
    );
    assert.deepEqual([row?.off, row?.revisions, row?.events], [1_000, 2_001, 1_000]);
  });

  const newAccount = () => service.newAccount(partner);
});
