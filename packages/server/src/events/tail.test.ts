import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { startTunnel, type Tunnel } from '../testing/databases/tunnel.ts';
import { openLive, type TestLive } from '../testing/live.ts';
import {
  accountRequest,
  cloneDatabase,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const server = 'online';
const TAIL = 'switchboard tail';
const SETTINGS = { language: 'he' };

describe('what a node hears of changes, on two nodes', () => {
  let first: TestService;
  let second: TestService;
  let tunnel: Tunnel;
  let partner: TestPartner;

  before(async () => {
    tunnel = await startTunnel(await cloneDatabase());
    first = await startService({ connection: tunnel.connection });
    second = await startService({ beside: first });
    partner = await first.newPartner();
  });

  async function inside() {
    const email = accountRequest().admin_email;
    const account_id = await first.newAccount(partner, { admin_email: email });
    const visitor = newVisitor(first);
    assert.equal((await visitor.signIn(email)).http, 200);
    return { account_id, visitor, at: `/api/workspace/${account_id}` as const };
  }
  async function open(visitor: Visitor, account_id: number): Promise<TestLive[]> {
    const streams = [];
    for (const { baseUrl } of [first, second]) {
      const stream = await openLive(baseUrl, visitor, account_id);
      assert.equal((await stream.next())?.name, 'state');
      streams.push(stream);
    }
    return streams;
  }
  const run = <Row = object>(statement: ReturnType<typeof sql>): Promise<Row[]> =>
    first.database.read((db) => db.query<Row>(statement));
  const kill = () =>
    run(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = ${TAIL}`);
  /** Of a stream that may have been ended because its node was unsure: what the page then sees. */
  async function seesAfter(stream: TestLive, visitor: Visitor, account_id: number, at: number) {
    const heard = await stream.next();
    if (heard) return heard;
    const again = await openLive([first, second][at]?.baseUrl ?? '', visitor, account_id);
    const state = await again.next();
    again.close();
    return state;
  }

  test('is missed by no stream when the connections that read the log are killed', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { account_id, visitor } = await inside();
      const streams = await open(visitor, account_id);
      assert.equal((await kill()).length > 0, true);
      await partner.updateAccount({ account_id, server, account_name: 'Renamed' });
      for (const [at, stream] of streams.entries()) {
        const heard = await seesAfter(stream, visitor, account_id, at);
        const account = (heard?.data.account ?? heard?.data) as { account_name: string };
        assert.equal(account.account_name, 'Renamed');
        stream.close();
      }
    }
  });

  test('is missed by no stream when the connections that read the log fall silent', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { account_id, visitor } = await inside();
      const streams = await open(visitor, account_id);
      assert.equal(tunnel.freeze(TAIL), 2);
      await partner.updateAccount({ account_id, server, account_status: 0 });
      for (const stream of streams) await stream.ended;
      for (const { baseUrl } of [first, second])
        assert.equal((await openLive(baseUrl, visitor, account_id)).http, 403);
    }
  });

  test('comes while another transaction is open, whatever it has written, and that one once it commits', async () => {
    const { account_id, visitor } = await inside();
    const other = await inside();
    const streams = await open(visitor, account_id);
    const waiting = await open(other.visitor, other.account_id);
    const open_ = await second.database.begin({ statementSeconds: 60 });
    await open_.query(sql`select pg_current_xact_id()`);
    await open_.query(sql`
      update accounts set settings = '{"language":"he"}'
      where server = ${server} and account_id = ${other.account_id}`);
    await open_.query(sql`
      insert into events (type, server, account_id, actor_kind, actor_id)
      values ('settings.updated', ${server}, ${other.account_id}, 'system', 'test')`);
    for (let n = 0; n < 3; n += 1) {
      const account_name = `Name ${n}`;
      await partner.updateAccount({ account_id, server, account_name });
      for (const stream of streams)
        assert.equal((await stream.next())?.data.account_name, account_name);
    }
    for (const stream of waiting) assert.equal(stream.events.length, 1);
    await open_.commit();
    for (const stream of waiting) assert.equal((await stream.next())?.name, 'settings');
    for (const stream of [...streams, ...waiting]) stream.close();
  });

  const cuts = {
    updateAccount: (account_id: number) =>
      partner.updateAccount({ account_id, server, account_status: 0 }),
    updateAccounts: (account_id: number) =>
      partner.updateAccounts({ changes: [{ account_id, server, account_status: 0 }] }),
  };
  for (const [name, makeCut] of Object.entries(cuts))
    test(`is a cut by ${name} that has ended the streams of its own node before it is answered`, async () => {
      const { account_id, visitor } = await inside();
      const streams = await open(visitor, account_id);
      const { database } = first;
      const { read } = database;
      const asked = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      // The only question by `read` of a call that is one gathered statement is the gate's.
      database.read = async (work) => {
        asked.resolve();
        await go.promise;
        return read(work);
      };
      try {
        let answered = false;
        const cut = makeCut(account_id).then(() => {
          answered = true;
        });
        await asked.promise;
        await sleep(50);
        assert.equal(answered, false);
        go.resolve();
        await cut;
      } finally {
        database.read = read;
      }
      for (const stream of streams) {
        assert.equal((await stream.next())?.name, 'disabled');
        await stream.ended;
      }
    });

  test('costs an idle node nothing: without a stream the log is not read', async () => {
    const reads = async () => {
      let count = 0;
      const { database } = second;
      const { readApart } = database;
      database.readApart = (work) => {
        count += 1;
        return readApart(work);
      };
      await sleep(500);
      database.readApart = readApart;
      return count;
    };
    const { account_id, visitor } = await inside();
    const [stream] = (await open(visitor, account_id)).reverse();
    assert.equal((await reads()) > 0, true);
    stream?.close();
    await stream?.ended;
    await visitor.patch(`/api/workspace/${account_id}/settings`, SETTINGS);
    assert.equal((await reads()) <= 1, true);
  });

  test('is told of an import, after which nothing is as it was', async () => {
    const { account_id, visitor } = await inside();
    const streams = await open(visitor, account_id);
    // As the import records itself, whatever else it did.
    await run(sql`
      with gone as (delete from sessions)
      insert into events (type, actor_kind, actor_id)
      values ('installation.imported', 'operator', 'test')`);
    for (const stream of streams) await stream.ended;
  });
});
