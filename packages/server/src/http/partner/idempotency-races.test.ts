import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { assertRefused, type Heard } from '../../testing/http.ts';
import { assertReplay, startKeys } from '../../testing/scenes/idempotency.ts';
import { accountRequest } from '../../testing/service.ts';

const { service, partner, account_id, server, update, create, count } = await startKeys();

describe('an Idempotency-Key that is used twice at a time, or whose call breaks', () => {
  test('does not keep a 503, and undoes what the call had done', async () => {
    const body = { account_id, server, account_name: 'After the lock' };
    const holder = await service.database.begin();
    await holder.query(sql`select from accounts where account_id = ${account_id} for update`);
    assertRefused(await update('locked', body), 40, 503);
    await holder.rollback();
    const first = await update('locked', body);
    assert.equal(first.http, 200);
    assertReplay(first, await update('locked', body));
  });

  test('still running is told apart from another body, and the SDK waits for the kept answer', async () => {
    const body = accountRequest();
    const made = await count('accounts');
    const holder = await service.database.begin();
    await holder.query(sql`select from servers where name = ${server} for update`);
    const heard: Heard[] = [];
    const keys = new Set<string | null>();
    let first: Promise<Response> | undefined;
    // Loses the first answer while it is made, and lets it be made once the second try was told.
    const lossy: typeof fetch = async (input, init) => {
      if (!String(input).includes('createAccount')) return fetch(input, init);
      const key = new Headers(init?.headers).get('idempotency-key');
      keys.add(key);
      if (!first) {
        first = fetch(input, init);
        await untilOneWaits();
        throw new TypeError('the connection was lost');
      }
      if (heard.length === 0) {
        heard.push(await create(key ?? '', body));
        await holder.rollback();
        await first;
        const { text, headers } = heard[0] as Heard;
        return new Response(text, { status: 409, headers: headers as Record<string, string> });
      }
      return fetch(input, init);
    };
    const { clientId, clientSecret } = partner;
    const { baseUrl } = service;
    const client = createPartnerClient({
      baseUrl,
      clientId,
      clientSecret,
      fetch: lossy,
      retries: 1,
    });
    const answer = await client.createAccount(body);

    const [running] = heard as [Heard];
    assertRefused(running, 42, 409);
    assert.equal(running.headers['retry-after'], '1');
    assert.equal(running.body.code, 'idempotency_key_running');
    assert.match(String(running.body.message), /^The first request .* still runs; wait /);
    assert.equal(keys.size, 1);
    assert.equal(await count('accounts'), made + 1);
    const kept = await create([...keys][0] ?? '', body);
    assert.deepEqual(
      [kept.body.account_id, kept.headers['idempotent-replayed']],
      [answer.account_id, 'true'],
    );
    const other = await create([...keys][0] ?? '', accountRequest());
    assert.equal(other.body.code, 'idempotency_key_conflict');
    assert.equal(other.headers['retry-after'], undefined);
  });

  async function untilOneWaits(): Promise<void> {
    for (let waiting = 0; waiting === 0; ) {
      const [row] = await service.database.read((db) =>
        db.query<{ waiting: number }>(sql`
          select count(*) as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`),
      );
      waiting = row?.waiting ?? 0;
    }
  }

  test('raced by 50 calls makes one account; each answer is the same bytes or 409', async () => {
    const accounts = await count('accounts');
    const body = accountRequest();
    const answers = await Promise.all(Array.from({ length: 50 }, () => create('race', body)));
    const fine = answers.filter(({ http }) => http === 200);
    assert.equal(new Set(fine.map(({ text }) => text)).size, 1);
    for (const heard of answers) if (heard.http !== 200) assertRefused(heard, 42, 409);
    assert.equal(await count('accounts'), accounts + 1);
    assert.equal(fine.filter(({ headers }) => !headers['idempotent-replayed']).length, 1);
    assert.equal((await create('race', body)).text, fine[0]?.text);
  });
});
