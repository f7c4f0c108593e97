import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Input } from '@switchboard/contract';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

type Asked = Input<'getAccounts'>;
type Listed = Awaited<ReturnType<TestPartner['getAccounts']>>['list'][number];

const MANY = 60;
const NAMES = ['beta', 'Alpha', 'alpha', 'Äpfel', 'שלום', 'яблоко', '中文', 'Beta', '10', '9', 'x'];
const sorts = ['id', 'name', 'changed', 'created', '-id', '-name', '-changed', '-created'] as const;

describe('pages of getAccounts', () => {
  let service: TestService;
  let partner: TestPartner;

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'a-second' });
    partner = await service.newPartner();
    // Many share a name, a time of making and a time of change; the times differ by microseconds.
    await service.database.write((db) =>
      db.query(sql`
        insert into accounts (server, account_id, partner_id, account_name, account_status, seat_limit,
          inbox_limit, created_at, changed_at, status_changed_at, builder_url, administrators)
        select case when n % 3 = 0 then 'a-second' else 'online' end, n, ${partner.partner},
          (${NAMES}::text[])[1 + n % 11], n % 2, 1, 1,
          now() - (n % 7) * interval '1 microsecond', now() - (n % 5) * interval '1 microsecond',
          now() - (n % 4) * interval '1 day', case when n % 4 = 0 then 'https://b.example' else '' end,
          case when n % 6 = 0 then 'ADA@EXAMPLE.COM' else '' end
        from generate_series(1, ${MANY}::integer) as n`),
    );
    await service.database.write((db) => db.query(sql`update servers set next_account_id = 5001`));
  });

  const named = ({ server, account_id }: Listed) => `${server}/${account_id}`;

  /** To the end, page by page. */
  async function walk(asked: Asked, limit: number, between = async () => {}): Promise<Listed[]> {
    const seen: Listed[] = [];
    let cursor: string | undefined;
    do {
      const page = await partner.getAccounts({ ...asked, limit, cursor });
      assert.ok(page.list.length <= limit && (page.list.length === limit || !page.next_cursor));
      seen.push(...page.list);
      cursor = page.next_cursor;
      if (cursor !== undefined) await between();
    } while (cursor !== undefined);
    return seen;
  }

  const asked = fc.record(
    {
      q: fc.constantFrom('a', 'ALPHA', 'ада', 'ada@', '1', 'ЯБЛ', 'nowhere'),
      server: fc.constantFrom('online', 'a-second'),
      account_status: fc.constantFrom(0 as const, 1 as const),
      builder: fc.constantFrom('with' as const, 'without' as const, 'failing' as const),
      entered: fc.constant('never' as const),
      changed_after: fc.constantFrom(0, 9_999_999_999),
      off_before: fc
        .integer({ min: -4, max: 1 })
        .map((days) => Math.floor(Date.now() / 1000) + days * 86_400),
      sort: fc.constantFrom(...sorts),
    },
    { requiredKeys: [] },
  );

  test('walked to the end are the whole list once each, whatever sort, filter and size', async () => {
    await fc.assert(
      fc.asyncProperty(asked, fc.integer({ min: 1, max: 25 }), async (query, limit) => {
        const whole = await partner.getAccounts({ ...query, limit: 1000 });
        assert.equal(whole.totalOnline, whole.list.length);
        assert.deepEqual(await walk(query, limit), whole.list);
        const { sort: _, ...filter } = query;
        const unsorted = (await partner.getAccounts(filter)).list.map(named);
        assert.deepEqual(whole.list.map(named).sort(), unsorted.sort());
        const [column = 'id'] = query.sort?.split('-').filter(Boolean) ?? [];
        const opposite = query.sort?.startsWith('-') ? column : `-${column}`;
        const down = await partner.getAccounts({ ...filter, sort: opposite as never, limit: 1000 });
        assert.deepEqual(down.list.reverse().map(named), whole.list.map(named));
      }),
      { numRuns: 40 },
    );
  });

  test('go on by what is sorted by: names by the alphabet, times to the microsecond', async () => {
    const byName = (await walk({ sort: 'name' }, 7)).map(({ account_name }) => account_name);
    assert.deepEqual(
      byName.filter((name, n) => name !== byName[n - 1]),
      ['10', '9', 'alpha', 'Alpha', 'Äpfel', 'beta', 'Beta', 'x', 'яблоко', 'שלום', '中文'],
    );
    for (const [sort, of] of [
      ['created', 7],
      ['changed', 5],
    ] as const) {
      const list = await walk({ sort }, 7);
      const ages = list.map(({ account_id }) => Number(account_id) % of);
      assert.deepEqual(
        ages,
        [...ages].sort((a, b) => b - a),
        sort,
      );
    }
  });

  test('hold every account once while others change, come and go', async () => {
    const bystanders = new Set((await partner.getAccounts()).list.map(named));
    const victims = await Promise.all(
      Array.from({ length: 4 }, () => service.newAccount(partner, { account_name: 'x' })),
    );
    let round = 0;
    const between = async () => {
      round += 1;
      const account_id = victims[round % 4] ?? 0;
      await partner.updateAccount({ account_id, server: 'online', account_name: `n${round % 9}` });
      if (round % 5 === 0) await service.newAccount(partner, { account_name: `m${round}` });
      if (round === 7) await partner.deleteAccount({ accountID: account_id, server: 'online' });
      if (round === 7) victims[round % 4] = await service.newAccount(partner);
    };
    for (const sort of sorts) {
      const seen = (await walk({ sort }, 9, between)).map(named);
      const known = seen.filter((name) => bystanders.has(name));
      assert.deepEqual([known.length, new Set(known)], [bystanders.size, bystanders], sort);
      if (/id|created/.test(sort)) assert.equal(new Set(seen).size, seen.length, sort);
    }
  });

  test('refuse a cursor of another sort or filter, and go on with the same in any size', async () => {
    const token = await partner.accessToken();
    const ask = (query: string) =>
      send(service.baseUrl, 'getAccounts', { token, query: `?${query}` });
    const first = await ask('q=a&sort=name&limit=2');
    const cursor = String(first.body.next_cursor);
    for (const same of ['q=a&sort=name', 'sort=name&q=a&limit=1', 'limit=1000&q=%20a&sort=name'])
      assert.equal((await ask(`${same}&cursor=${cursor}`)).http, 200, same);
    for (const other of [
      ...['sort=name', 'q=a', 'q=b&sort=name', 'q=a&sort=-name', 'q=a&sort=name&server=online'],
      ...[
        'q=a&sort=name&builder=with',
        'q=a&sort=name&off_before=1',
        'q=a&sort=name&entered=never',
      ],
    ]) {
      const heard = await ask(`${other}&cursor=${cursor}`);
      assertRefused(heard, 54, 422, other);
      assert.match(String(heard.body.message), /another sort or filter/);
    }
  });
});
