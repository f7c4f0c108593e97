import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { feedEventTypes } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { settleEvents } from '../../database/settle.ts';
import { assertRefused, send } from '../../testing/http.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { readFeedCursor, writeFeedCursor } from './feed-cursor.ts';

const server = 'online';

describe('getEvents', () => {
  let service: TestService;
  let partner: TestPartner;
  let other: TestPartner;

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    other = await service.newPartner();
    await service.operator.createServer({ server: 'second' });
  });

  const ask = async (query: Record<string, string | number>, by = partner) =>
    send(service.baseUrl, 'getEvents', {
      token: await by.accessToken(),
      query: `?${new URLSearchParams(query as Record<string, string>)}`,
    });
  const change = (account_id: number, account_status: 0 | 1, more = {}) =>
    partner.updateAccount(
      { account_id, server, account_status, ...more },
      { requestId: 'billing-17' },
    );

  test('hands out no cursor before what it calls seen is on disk', async () => {
    const { database } = service;
    const walAt = async (what: 'insert' | 'flush') => {
      const [row] = await database.read((db) =>
        db.query<{ lsn: string }>(sql`
          select (case ${what} when 'insert' then pg_current_wal_insert_lsn()
                  else pg_current_wal_flush_lsn() end - '0/0'::pg_lsn)::text as lsn`),
      );
      return BigInt(row?.lsn ?? '0');
    };
    let { next_cursor: cursor } = await partner.getEvents();
    for (let turn = 0; turn < 5; turn += 1) {
      await database.write((db) =>
        db.query(sql`
          with off as materialized (select set_config('synchronous_commit', 'off', true))
          insert into events (type, partner_id, actor_kind, actor_id)
          select 'webhook.resumed', ${partner.partner}, 'system', 'test' from off`),
      );
      const committed = await walAt('insert');
      const page = await partner.getEvents({ cursor });
      assert.ok((await walAt('flush')) >= committed);
      assert.equal(page.list.length, 1);
      cursor = page.next_cursor;
    }
  });

  test('tells what was true at the change: values, reason, who, in which request', async () => {
    const account_id = await service.newAccount(partner, { reference: 'A17' });
    await change(account_id, 0, { account_name: 'Renamed', status_reason: 'unpaid' });
    await change(account_id, 1);
    const { list } = await partner.getEvents({ account_id, server });
    const [created, suspended, resumed] = list;
    assert.deepEqual(
      list.map(({ type }) => type),
      ['account.created', 'account.suspended', 'account.resumed'],
    );
    const { event_id, timestamp, ...told } = suspended ?? assert.fail();
    assert.ok((created?.event_id ?? 0) < event_id && event_id < (resumed?.event_id ?? 0));
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 600_000 && timestamp.endsWith('Z'));
    assert.deepEqual(told, {
      type: 'account.suspended',
      account_id,
      server,
      ...{ reference: 'A17', subject: null },
      changes: {
        account_name: { from: 'My Account', to: 'Renamed' },
        account_status: { from: 1, to: 0 },
      },
      status_reason: 'unpaid',
      actor: { kind: 'credential', id: partner.clientId },
      agent: null,
      request_id: 'billing-17',
    });
    assert.equal(resumed?.status_reason, null);
  });

  test('has every field in every event: what an event does not have is null', async () => {
    const [made] = (await partner.getEvents({ type: 'credential.created' })).list;
    assert.deepEqual(
      [made?.account_id, made?.server, made?.reference, made?.status_reason, made?.agent],
      [null, null, null, null, null],
    );
    assert.deepEqual(made?.actor, { kind: 'operator', id: 'operator' });
  });

  test('says which agent joined or was removed, as it was then', async () => {
    const account_id = await service.newAccount(partner);
    await service.database.write((db) =>
      db.query(sql`
        insert into events (type, partner_id, server, account_id, actor_kind, actor_id, agent)
        values ('agent.removed', ${partner.partner}, ${server}, ${account_id}, 'agent', '1',
          '{"id": 2, "role": "agent", "display_name": "Dana"}')`),
    );
    const { list } = await partner.getEvents({ account_id, server, type: 'agent.removed' });
    assert.deepEqual(list[0]?.agent, { id: 2, role: 'agent', display_name: 'Dana' });
    assert.deepEqual(list[0]?.actor, { kind: 'agent', id: '1' });
  });

  test('is narrowed to types, and refuses an unknown one by naming the nearest', async () => {
    const account_id = await service.newAccount(partner);
    await change(account_id, 0);
    const type = 'account.suspended, account.created,account.suspended';
    const { list } = await partner.getEvents({ account_id, server, type });
    assert.deepEqual(
      list.map((event) => event.type),
      ['account.created', 'account.suspended'],
    );
    const heard = await ask({ type: 'account.created,account.suspend' });
    assertRefused(heard, 54, 422);
    assert.equal(heard.body.parameter, 'type');
    assert.match(String(heard.body.message), /"account.suspend".* account\.suspended; it must be/);
    for (const wrong of ['', ',', 'partner.created', 'x'.repeat(1001), 'account.created,'])
      assertRefused(await ask({ type: wrong }), 54, 422, wrong);
  });

  test('is narrowed to an account, by default of the main server, or to a server', async () => {
    const account_id = await service.newAccount(partner);
    await service.database.write((db) =>
      db.query(sql`update servers set next_account_id = ${account_id} where name = 'second'`),
    );
    assert.equal(await service.newAccount(partner, { server: 'second' }), account_id);
    const servers = async (query: object) =>
      (await partner.getEvents(query)).list.map((event) => `${event.server}/${event.account_id}`);
    assert.deepEqual(await servers({ account_id }), [`online/${account_id}`]);
    assert.deepEqual(await servers({ account_id, server: 'SECOND' }), [`second/${account_id}`]);
    assert.deepEqual(await servers({ server: 'second' }), [`second/${account_id}`]);
    assertRefused(await ask({ server: 'nowhere' }), 34, 404);
    assertRefused(await ask({ server: 'nowhere', account_id }), 34, 404);
    const theirs = await service.newAccount(other);
    assertRefused(await ask({ account_id: theirs, server }), 33, 404);
  });

  test("shows this partner's events of the told types alone: no other's, the operator's or a person's", async () => {
    const mine = await service.newPartner();
    await service.newAccount(other);
    await service.operator.updatePartner({ partner: mine.partner, name: 'Another name' });
    await service.database.write(async (db) => {
      for (const type of ['person.signed_in', 'account.erased', 'agent.signed_in', 'limit.cleared'])
        await db.query(sql`
          insert into events (type, partner_id, actor_kind, actor_id)
          values (${type}, ${mine.partner}, 'system', 'test')`);
      await db.query(sql`
        insert into events (type, actor_kind, actor_id) values ('account.created', 'system', 'test')`);
      for (const type of feedEventTypes)
        await db.query(sql`
          insert into events (type, partner_id, actor_kind, actor_id)
          values (${type}, ${mine.partner}, 'system', 'told')`);
    });
    const { list } = await mine.getEvents();
    assert.deepEqual(
      list.map(({ type }) => type),
      ['credential.created', ...feedEventTypes],
    );
  });

  test('refuses what is no cursor, no limit and no wait', async () => {
    const { next_cursor } = await partner.getEvents();
    const [version, log, from] = next_cursor.split('.');
    const wrong = [
      ...['', 'online.1', '0', `${next_cursor}.1`, `${next_cursor}.1.1.1`, `2.${log}.${from}`],
      ...[`${version}.${log}.-`, `${version}.${log}.1-1-9`, `${version}.${log}.5-9-3-0`],
      ...[`${version}.${log}.0-0`, `${version}.${log}.zzzzzzzzzzz-1`, `${next_cursor}.`],
      ...[`${version}.${log?.slice(1)}.${from}`, "1'", `${version}.${log}.${'1-'.repeat(6001)}1`],
    ];
    for (const cursor of wrong) {
      const heard = await ask({ cursor });
      assertRefused(heard, 54, 422, cursor);
      assert.equal(heard.body.parameter, 'cursor');
    }
    for (const limit of ['0', '1001', 'x', '']) assertRefused(await ask({ limit }), 54, 422);
    for (const wait of ['-1', '26', '0.5', '']) assertRefused(await ask({ wait }), 54, 422);
  });

  test('refuses a cursor of a log that was replaced, or that has lost its end, and says to begin anew', async () => {
    const cursorNow = async () => (await partner.getEvents()).next_cursor;
    const refused = async (cursor: string) => {
      const heard = await ask({ cursor });
      assertRefused(heard, 54, 422);
      assert.match(String(heard.body.message), /begin anew without a cursor\.$/);
    };
    const known = await partner.getEvents();
    // What an import and a settling end with.
    const before = await cursorNow();
    await service.database.write((db) => db.query(sql`select begin_log_anew()`));
    await refused(before);
    const between = await cursorNow();
    await service.database.write((db) =>
      db.query(sql`
        insert into events (transaction_id, type, partner_id, actor_kind, actor_id)
        values ('9000000000', 'webhook.updated', ${partner.partner}, 'system', 'elsewhere')`),
    );
    assert.equal(await settleEvents(service.database), 1);
    await refused(between);
    const { list } = await partner.getEvents({ limit: 1000 });
    assert.deepEqual(list.slice(0, known.list.length), known.list);
    assert.equal(list.at(-1)?.actor.id, 'elsewhere');
    const [version, log] = (await cursorNow()).split('.');
    await refused(`${version}.${log}.9-zzzzzz`);
    await refused(`${version}.${log}.-.9-zzzzzz.0`);
  });

  test('has cursors that hold a thousand transactions under way and come back as they were', () => {
    const underWay = Array.from({ length: 1000 }, (_, n) => 5_000_000_000 + n * 9);
    const snapshot = `5000000000:5000009999:${underWay.join(',')}`;
    const logId = crypto.randomUUID();
    for (const position of [
      { logId, from: snapshot, within: { upTo: snapshot, after: 2 ** 40 } },
      { logId, from: null, within: { upTo: '7:7:', after: 0 } },
      { logId, from: '7:9:7', within: null },
    ]) {
      const cursor = writeFeedCursor(position);
      assert.match(cursor, /^[0-9a-z.-]+$/);
      assert.ok(cursor.length < 5_000, String(cursor.length));
      assert.deepEqual(readFeedCursor(cursor), position);
    }
  });
});
