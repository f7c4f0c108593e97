import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { assertRefused, type Heard, send } from '../../testing/http.ts';
import { manyAccounts } from '../../testing/scenes/many.ts';
import {
  sharedService,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';

const server = 'online';
const MOST = 2_097_152;

describe('a call of many changes', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const ask = (body: unknown, by = token): Promise<Heard> =>
    send(service.baseUrl, 'updateAccounts', { token: by, body });
  /** A body of so many bytes that names one account. */
  const bodyOf = (bytes: number, account_id: number) => {
    const text = JSON.stringify({ changes: [{ account_id, server }] });
    return text + ' '.repeat(bytes - text.length);
  };

  test('may have 2 MiB, and no other call more than 64 KiB', async () => {
    const account_id = await service.newAccount(partner);
    assert.equal((await ask(bodyOf(MOST, account_id))).http, 200);
    for (const chunked of [false, true]) {
      const body = bodyOf(MOST + 1, account_id);
      const heard = await send(service.baseUrl, 'updateAccounts', { token, body, chunked });
      assertRefused(heard, 2, 413);
      assert.match(String(heard.body.message), /larger than 2048 KiB/);
    }
    for (const name of ['updateAccount', 'createAccount', 'setWebhook'] as const) {
      const heard = await send(service.baseUrl, name, { token, body: 'x'.repeat(65_537) });
      assertRefused(heard, 2, 413, name);
      assert.match(String(heard.body.message), /larger than 64 KiB/);
    }
    assertRefused(await ask(bodyOf(MOST, account_id), 'unknown'), 3, 401);
  });

  test('is answered within bounds, whatever is in it', async () => {
    const lenient = await service.newPartner('original');
    const by = await lenient.accessToken();
    const names = (n: number) => [`\u2028${n}`.repeat(200), 1] as const;
    const fits = (count: number, each: object) =>
      Array.from({ length: count }, (_, n) => ({ account_id: n + 1, server, ...each }));
    const bodies = [
      fits(1_000, Object.fromEntries([names(1), names(2)])),
      fits(1_000, { account_name: '\u0958'.repeat(600) }),
      fits(1, Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`n${n}`, 0]))),
      fits(1_000, { nested: [[[[{}]]]], builder_url: `https://${'x'.repeat(1_500)}` }),
    ];
    for (const changes of bodies)
      for (const dry_run of [0, 1]) {
        const heard = await ask({ changes, dry_run }, by);
        assert.equal(heard.http, 200, heard.text.slice(0, 300));
        assert.ok(Buffer.byteLength(heard.text) < 2 * MOST);
        assert.equal((heard.body.list as unknown[]).length, changes.length);
      }
    const deep = `{"changes":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`;
    assertRefused(await ask(deep), 67, 422);
  });

  test('goes on where its authority ends midway: what was made is told, the others are refused', async () => {
    const ids = await manyAccounts(service, partner, 192);
    const created = await service.operator.createCredential({ partner: partner.partner });
    const { body } = await send(service.baseUrl, 'accessToken', {
      body: { client_id: created.client_id, client_secret: created.client_secret },
    });
    const by = String(body.access_token);
    const holder = await service.database.begin();
    await holder.query(sql`
      select from accounts where server = ${server} and account_id = ${ids[64]} for update`);
    const call = ask(
      { changes: ids.map((account_id) => ({ account_id, server, account_status: 0 })) },
      by,
    );
    const isMade = async (account_id = 0) =>
      (await partner.getAccount({ account_id, server })).account_status === 0;
    while (!(await isMade(ids[0]))) await sleep(5);
    await service.database.write((db) =>
      db.query(sql`
        update access_tokens set expires_at = now()
        where credential_id = (select credential_id from credentials
                               where client_id = ${created.client_id})`),
    );
    await holder.rollback();
    const { http, body: answer } = await call;
    assert.equal(http, 200);
    const list = answer.list as { status: string; reason: number }[];
    assert.ok(list.slice(0, 64).every(({ reason }) => reason === 1));
    assert.ok(list.slice(128).every(({ reason }) => reason === 3));
    const { list: now } = await partner.getAccounts({ account_status: 'suspended' });
    const off = new Set(now.map(({ account_id }) => Number(account_id)));
    for (const [index, { status }] of list.entries())
      assert.equal(off.has(ids[index] ?? 0), status === 'OK');
    assert.equal(answer.done, list.filter(({ status }) => status === 'OK').length);
  });

  test('waits for a row that somebody holds without keeping its other changes from being made', async () => {
    const ids = await manyAccounts(service, partner, 10);
    const holder = await service.database.begin();
    await holder.query(sql`
      select from accounts where server = ${server} and account_id = ${ids[4]} for update`);
    const heard = await ask({
      changes: ids.map((account_id) => ({ account_id, server, account_status: 0 })),
    });
    await holder.rollback();
    assert.equal(heard.http, 200);
    const reasons = (heard.body.list as { reason: number }[]).map(({ reason }) => reason);
    assert.deepEqual(reasons, [1, 1, 1, 1, 40, 1, 1, 1, 1, 1]);
  });
});

test('many changes cost one request for every ten begun, owed once the call is granted', async () => {
  const service = await startService({ environment: { RATE_LIMIT_RPS: '10' } });
  const partner = await service.newPartner();
  const token = await partner.accessToken();
  const ids = await manyAccounts(service, partner, 1_000);
  const ask = (count: number) =>
    send(service.baseUrl, 'updateAccounts', {
      token,
      body: { changes: ids.slice(0, count).map((account_id) => ({ account_id, server })) },
    });
  const left = ({ headers }: Heard) => Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
  const refused = await ask(0);
  assertRefused(refused, 67, 422);
  assert.equal(left(refused), 19);
  const few = await ask(11);
  assert.ok(left(few) >= 17 && left(few) <= 18, String(few.headers.ratelimit));
  const whole = await ask(1_000);
  assert.deepEqual([whole.http, whole.body.done, left(whole)], [200, 1_000, 0]);
  const later = await send(service.baseUrl, 'getAccounts', { token });
  assertRefused(later, 43, 429);
  assert.ok(Number(later.headers['retry-after']) >= 5);
});
