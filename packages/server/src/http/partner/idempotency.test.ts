import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { assertRefused, type Heard, send } from '../../testing/http.ts';
import { assertReplay, startKeys } from '../../testing/scenes/idempotency.ts';
import { accountRequest, startService } from '../../testing/service.ts';

const { service, partner, account_id, server, withKey, update, create, count } = await startKeys();

describe('Idempotency-Key', () => {
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
});
