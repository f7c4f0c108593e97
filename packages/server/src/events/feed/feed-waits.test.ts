import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { closeServer } from '../../http/listen.ts';
import { assertRefused, type Heard, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

const server = 'online';
// Seconds: an answer that ran out would have no event in it.
const LONG = 25;

describe('waiting for events, on two nodes', () => {
  let first: TestService;
  let second: TestService;
  let partner: TestPartner;

  before(async () => {
    first = await startService();
    second = await startService({ beside: first });
  });

  /** Of a fresh partner, so that everybody who waits is this test's. */
  async function scene() {
    partner = await first.newPartner();
    const account_id = await first.newAccount(partner);
    const { next_cursor } = await partner.getEvents();
    return { account_id, cursor: next_cursor, token: await partner.accessToken() };
  }
  type Asked = { cursor: string; token: string };
  const ask = (
    { cursor, token }: Asked,
    more: Record<string, string | number> = {},
    at = first,
  ): Promise<Heard> =>
    send(at.baseUrl, 'getEvents', {
      token,
      query: `?${new URLSearchParams({ cursor, wait: `${LONG}`, ...more } as Record<string, string>)}`,
    });
  const types = ({ body }: Heard) => (body.list as { type: string }[]).map(({ type }) => type);
  const change = (account_id: number, account_name: string) =>
    partner.updateAccount({ account_id, server, account_name });
  /** How many connections of the services do anything; not those that read the tail. */
  const busy = async () => {
    const [row] = await first.database.read((db) =>
      db.query<{ busy: number }>(sql`
        select count(*) as busy from pg_stat_activity
        where datname = current_database() and application_name = 'switchboard'
          and state <> 'idle' and pid <> pg_backend_pid()`),
    );
    return row?.busy;
  };
  /** Again while there is no place: one that tries whether there is takes it meanwhile. */
  async function askUntilPlaced(asked: Asked, more: Record<string, string | number> = {}) {
    for (;;) {
      const heard = await ask(asked, more);
      if (heard.http !== 429) return heard;
      await sleep(20);
    }
  }
  /** The answer to one too many. */
  async function untilFull(asked: Asked) {
    for (;;) {
      await sleep(300);
      const heard = await ask(asked, { wait: 1 });
      if (heard.http === 429) return heard;
    }
  }

  test('is answered as soon as there is one, on the node of the change and on the other', async () => {
    const { account_id, ...asked } = await scene();
    const waiting = [first, second].map((at) => ask(asked, {}, at));
    await sleep(300);
    await change(account_id, 'Renamed');
    for (const heard of await Promise.all(waiting)) {
      assert.deepEqual(types(heard), ['account.updated']);
      const after = await ask({ ...asked, cursor: String(heard.body.next_cursor) }, { wait: 0 });
      assert.deepEqual(after.body.list, []);
    }
  });

  test('misses nothing that happens while it begins', async () => {
    const { account_id, ...asked } = await scene();
    let { cursor } = asked;
    for (let n = 0; n < 30; n += 1) {
      const waiting = ask({ ...asked, cursor }, {}, n % 2 ? first : second);
      await sleep(Math.random() * 12);
      await change(account_id, `Name ${n}`);
      const heard = await waiting;
      assert.deepEqual(types(heard), ['account.updated']);
      cursor = String(heard.body.next_cursor);
    }
  });

  test('goes on through what it does not ask for, and through other partners’ events', async () => {
    const { account_id, ...asked } = await scene();
    const waiting = ask(asked, { type: 'account.suspended', account_id, server });
    let answered = false;
    waiting.then(() => {
      answered = true;
    });
    await sleep(200);
    await change(account_id, 'Renamed');
    const another = await first.newAccount(partner);
    await partner.updateAccount({ account_id: another, server, account_status: 0 });
    const other = await first.newPartner();
    await first.newAccount(other);
    await sleep(500);
    assert.equal(answered, false);
    await partner.updateAccount({ account_id, server, account_status: 0 });
    assert.deepEqual(types(await waiting), ['account.suspended']);
  });

  test('answers an empty list with a cursor when its time is over, and at once without a wait', async () => {
    const asked = await scene();
    const begun = performance.now();
    const heard = await ask(asked, { wait: 1 });
    assert.deepEqual([heard.http, heard.body.list], [200, []]);
    assert.ok(performance.now() - begun >= 990);
    assert.equal(typeof heard.body.next_cursor, 'string');
    const atOnce = await ask(asked, { wait: 0 });
    assert.deepEqual(atOnce.body.list, []);
  });

  test('holds no connection; the eleventh of a partner on a node is refused, and whoever leaves makes room', async () => {
    const { account_id, ...asked } = await scene();
    const leaving = new AbortController();
    const url = `${first.baseUrl}/api/online/getEvents?cursor=${asked.cursor}&wait=${LONG}`;
    const headers = { authorization: `Bearer ${asked.token}` };
    const left = fetch(url, { headers, signal: leaving.signal });
    await sleep(300);
    const waiting = Array.from({ length: 9 }, () => askUntilPlaced(asked));
    const refused = await untilFull(asked);
    assertRefused(refused, 43, 429);
    assert.equal(refused.headers['retry-after'], '1');
    assert.match(String(refused.body.message), /wait/);
    const busyAtTimes: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      busyAtTimes.push((await busy()) ?? -1);
      await sleep(10);
    }
    // Ten that wait would hold ten; what the service does besides is over at once.
    assert.ok(busyAtTimes.filter((count) => count === 0).length > 10, `${busyAtTimes}`);
    // Another partner's places, and those of the other node, are others.
    const other = await first.newPartner();
    const { next_cursor } = await other.getEvents();
    const elsewhere = { cursor: next_cursor, token: await other.accessToken() };
    assert.equal((await ask(elsewhere, { wait: 1 })).http, 200);
    assert.equal((await ask(asked, { wait: 1 }, second)).http, 200);
    leaving.abort();
    await assert.rejects(left);
    await askUntilPlaced(asked, { wait: 1 });
    await change(account_id, 'Renamed');
    for (const heard of await Promise.all(waiting))
      assert.deepEqual(types(heard), ['account.updated']);
  });

  test('is refused when the token was revoked meanwhile, and tells nothing', async () => {
    const { account_id, ...asked } = await scene();
    const waiting = [first, second].map((at) => ask(asked, { type: 'account.updated' }, at));
    const heardAll = [first, second].map((at) => ask(asked, {}, at));
    await sleep(300);
    await first.operator.revokeCredential({ client_id: partner.clientId });
    // The revocation is an event itself.
    for (const heard of await Promise.all(heardAll)) assertRefused(heard, 3, 401);
    await first.database.write((db) =>
      db.query(sql`
        insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
        values ('account.updated', ${partner.partner}, ${server}, ${account_id}, 'system', 'test')`),
    );
    for (const heard of await Promise.all(waiting)) assertRefused(heard, 3, 401);
  });

  test('ends when the service stops: whoever waits is answered', async () => {
    const asked = await scene();
    const stopping = await startService({ beside: first });
    const waiting = Array.from({ length: 3 }, () => ask(asked, {}, stopping));
    await sleep(300);
    await closeServer(stopping.app.http);
    for (const heard of await Promise.all(waiting)) {
      assert.deepEqual([heard.http, heard.body.list], [200, []]);
      assert.equal(typeof heard.body.next_cursor, 'string');
    }
  });
});
