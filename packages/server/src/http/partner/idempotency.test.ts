import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { assertRefused, type Heard, type Sent, send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';

describe('Idempotency-Key', () => {
  let service: TestService;
  let partner: TestPartner;
  let account_id: number;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    account_id = await service.newAccount(partner);
    token = await partner.accessToken();
  });

  const withKey = (key: string, sent: Sent): Sent => ({
    token,
    ...sent,
    headers: { ...sent.headers, 'idempotency-key': key },
  });
  const update = (key: string, body: unknown, sent: Sent = {}) =>
    send(service.baseUrl, 'updateAccount', withKey(key, { body, ...sent }));
  const create = (key: string, body: unknown, sent: Sent = {}) =>
    send(service.baseUrl, 'createAccount', withKey(key, { body, ...sent }));
  const count = async (table: 'accounts' | 'events') => {
    const of = { accounts: sql`accounts`, events: sql`events` }[table];
    const [row] = await service.database.read((db) =>
      db.query<{ n: number }>(
        sql`select count(*) as n from ${of} where partner_id = ${partner.partner}`,
      ),
    );
    return row?.n ?? 0;
  };

  function assertReplay(first: Heard, again: Heard): void {
    assert.equal(again.text, first.text);
    assert.equal(again.http, first.http);
    assert.equal(again.headers.etag, first.headers.etag);
    assert.equal(first.headers['idempotent-replayed'], undefined);
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(again.headers['cache-control'], 'no-store');
    assert.equal(again.headers['content-type'], first.headers['content-type']);
  }

  test('replays the first answer byte for byte, though the account has changed since', async () => {
    const body = { account_id, server, account_name: 'First', account_status: 0 };
    const first = await update('replay', body);
    assert.equal(first.http, 200);
    await partner.updateAccount({ account_id, server, account_name: 'Second', account_status: 1 });
    const events = await count('events');
    assertReplay(first, await update('replay', body));
    assert.equal(await count('events'), events);
    assert.equal((await partner.getAccount({ account_id, server })).account_name, 'Second');
  });

  test('replays a failure too, with its ETag and its request id', async () => {
    const stale = { headers: { 'if-match': '"999"' } };
    const nameless = { ...accountRequest(), account_name: '' };
    const failures: [string, () => Promise<Heard>][] = [
      ['39', () => update('fail 39', { account_id, server, nonsense: 1 })],
      ['39', () => update('fail query', { account_id, server }, { query: '?x=1' })],
      ['33', () => update('fail 33', { account_id: 9_999_998, server })],
      ['36', () => create('fail 36', nameless)],
      ['34', () => create('fail 34', { server: 'nowhere', account_name: 'x', agents: 'x' })],
      ['41', () => update('fail 41', { account_id, server, account_name: 'x' }, stale)],
    ];
    for (const [, ask] of failures) {
      const first = await ask();
      assert.equal(first.body.status, 'FAIL');
      assertReplay(first, await ask());
    }
  });

  test('is refused for another body or another call', async () => {
    const body = { account_id, server };
    await update('taken', body);
    assertRefused(await update('taken', { ...body, account_status: 1 }), 42, 409);
    assertRefused(await update('taken', `${JSON.stringify(body)} `), 42, 409);
    assertRefused(await create('taken', body), 42, 409);
    assert.equal((await update('taken', body)).headers['idempotent-replayed'], 'true');
  });

  test('is 1 to 255 printable ASCII characters', async () => {
    const body = { account_id, server };
    for (const key of ['', 'x'.repeat(256), 'é', 'a\tb'])
      assertRefused(await update(key, body), 42, 400, key);
    assertRefused(await create('x'.repeat(256), {}), 42, 400);
    for (const key of ['x', 'x'.repeat(255), '"quoted, with {signs}"'])
      assert.equal((await update(key, body)).http, 200, key);
  });

  test('does not keep 401, 429 nor a body that is no JSON', async () => {
    const body = { account_id, server };
    assertRefused(await update('unkept', body, { token: 'unknown' }), 3, 401);
    assertRefused(await update('unkept', '{'), 2, 400);
    const environment = { RATE_LIMIT_RPS: '1' };
    const limited = await startService({ beside: service, environment });
    let http = 0;
    while (http !== 429)
      ({ http } = await send(
        limited.baseUrl,
        'updateAccount',
        withKey('limit', { body, headers: { 'if-match': '"0"' } }),
      ));
    const first = await update('unkept', body);
    assert.equal(first.http, 200);
    assert.equal(first.headers['idempotent-replayed'], undefined);
  });

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

  test('belongs to one partner', async () => {
    const other = await service.newPartner();
    const theirs = { token: await other.accessToken() };
    const body = accountRequest();
    const mine = await create('shared', body);
    const made = await create('shared', body, theirs);
    assert.equal(made.headers['idempotent-replayed'], undefined);
    assert.notEqual(made.body.account_id, mine.body.account_id);
  });

  test('is forgotten after 24 hours', async () => {
    const body = { account_id, server };
    const age = (interval: string) =>
      service.database.write((db) =>
        db.query(sql`update idempotency_keys set created_at = now() - ${interval}::interval
          where key = 'aged'`),
      );
    await update('aged', body);
    await age('23 hours 59 minutes');
    assert.equal((await update('aged', body)).headers['idempotent-replayed'], 'true');
    await age('24 hours');
    const again = await update('aged', { ...body, account_status: 1 });
    assert.deepEqual([again.http, again.headers['idempotent-replayed']], [200, undefined]);
    assertReplay(again, await update('aged', { ...body, account_status: 1 }));
  });

  test('is ignored on the other calls', async () => {
    const id = await service.newAccount(partner);
    for (const n of [1, 2, 3]) {
      const query = `?account_id=${id}&server=online`;
      const sent = withKey(n === 3 ? '' : 'ignored', { query });
      const heard = await send(service.baseUrl, 'getAccount', sent);
      assert.deepEqual([heard.http, heard.headers['idempotent-replayed']], [200, undefined]);
    }
    const remove = () =>
      send(service.baseUrl, 'deleteAccount', withKey('ignored', { body: { accountID: id } }));
    assert.equal((await remove()).http, 200);
    assertRefused(await remove(), 33, 404);
  });

  test('keeps neither the body nor a password, only a keyed HMAC', async () => {
    const admin_password = 'Very-Secret-Password1';
    await create('secret', { ...accountRequest(), admin_password });
    const rows = await service.database.read((db) =>
      db.query(sql`select k::text as row from idempotency_keys k`),
    );
    assert.equal(JSON.stringify(rows).includes('Very-Secret'), false);
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
