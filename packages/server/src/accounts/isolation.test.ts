import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startService, type TestPartner, type TestService } from '../testing.ts';
import { assertRefused, type Heard, send } from '../testing-http.ts';

/** Every call that names an account, and what it is asked here. */
const CALLS = ['updateAccount', 'getAccount', 'deleteAccount'] as const;

describe("another partner's account", () => {
  let service: TestService;
  let owner: TestPartner;
  let other: TestPartner;
  const server = 'online';

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'second' });
    owner = await service.newPartner();
    other = await service.newPartner();
  });

  async function ask(
    name: (typeof CALLS)[number],
    id: number,
    at: string,
    extra: object = {},
    headers: Record<string, string> = {},
  ): Promise<Heard> {
    const token = await other.accessToken();
    const parameters = { account_id: id, server: at, ...extra };
    if (name !== 'getAccount')
      return send(service.baseUrl, name, { token, headers, body: parameters });
    const query = `?${new URLSearchParams({ account_id: String(id), server: at })}`;
    return send(service.baseUrl, name, { token, headers, query });
  }

  test('is answered exactly like one that does not exist, on every call', async () => {
    const theirs = await service.newAccount(owner);
    const deleted = await service.newAccount(other);
    await other.deleteAccount({ accountID: deleted, server });
    const revision = { 'if-match': '"1"' };
    const requests: [(typeof CALLS)[number], object, Record<string, string>][] = [
      ['updateAccount', {}, {}],
      ['updateAccount', { account_status: 0, account_name: 'Taken' }, {}],
      ['updateAccount', { account_status: 0 }, revision],
      ['updateAccount', { account_status: 0 }, { 'if-match': '"9"' }],
      ['updateAccount', { account_status: 0 }, { 'if-match': '*', 'idempotency-key': '' }],
      ['getAccount', {}, {}],
      ['deleteAccount', {}, {}],
      ['deleteAccount', {}, revision],
      ['deleteAccount', {}, { 'if-match': '"9"' }],
    ];
    for (const [name, extra, headers] of requests) {
      const answers = await Promise.all(
        [theirs, deleted, 9_999_998].map((id, index) => {
          const key: Record<string, string> =
            headers['idempotency-key'] === undefined ? {} : { 'idempotency-key': `${index}` };
          return ask(name, id, server, extra, { ...headers, ...key, 'x-request-id': 'same' });
        }),
      );
      for (const heard of answers) {
        assertRefused(heard, 33, 404, { name, extra, headers });
        assert.equal(heard.text, answers[0]?.text);
        const names = (of: Heard) => Object.keys(of.headers).sort();
        assert.deepEqual(names(heard), names(answers[0] as Heard));
      }
    }
    const after = await owner.getAccount({ account_id: theirs, server });
    assert.deepEqual([after.account_status, after.revision], [1, 1]);
    const events = await service.database.read((db) =>
      db.query(sql`select from events where account_id = ${theirs} and server = ${server}`),
    );
    assert.equal(events.length, 1);
  });

  test('is in no list, whatever is asked for', async () => {
    const theirs = await service.newAccount(owner, { account_name: 'Hidden', reference: 'hidden' });
    for (const query of [{}, { q: 'Hidden' }, { q: String(theirs) }, { server }, { limit: 5 }]) {
      const { list, totalOnline } = await other.getAccounts(query);
      assert.deepEqual([list, totalOnline], [[], 0], JSON.stringify(query));
    }
    const { list } = await other.getAccounts({ cursor: `${server}.${theirs - 1}`, limit: 10 });
    assert.deepEqual(list, []);
  });

  test('of the same number on another server is another account', async () => {
    const mine = await service.newAccount(owner);
    await service.database.write((db) =>
      db.query(sql`update servers set next_account_id = ${mine} where name = 'second'`),
    );
    assert.equal(await service.newAccount(owner, { server: 'second' }), mine);
    await owner.updateAccount({ account_id: mine, server: 'second', account_name: 'On second' });
    const names = await Promise.all(
      ['online', 'second'].map((at) => owner.getAccount({ account_id: mine, server: at })),
    );
    assert.deepEqual(
      names.map(({ account_name }) => account_name),
      ['My Account', 'On second'],
    );
    const { list } = await owner.getAccounts({ q: String(mine) });
    const exact = list.filter(({ account_id }) => account_id === String(mine));
    assert.deepEqual(
      exact.map((row) => row.server),
      ['online', 'second'],
    );
  });
});
