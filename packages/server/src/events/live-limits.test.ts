import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { openLive } from '../testing/live.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const server = 'online';

describe('the live streams of a node', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  async function signedIn(email: string, at = service): Promise<Visitor> {
    const visitor = newVisitor(at);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  async function inside(at = service) {
    const email = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: email });
    return { email, account, visitor: await signedIn(email, at) };
  }
  const open = async (visitor: Visitor, account: number, at = service) => {
    const stream = await openLive(at.baseUrl, visitor, account);
    assert.equal(stream.http, 200);
    assert.equal((await stream.next())?.name, 'state');
    return stream;
  };

  test('are 20 of a session, over all its accounts: one more ends the oldest, which is told so', async () => {
    const { email, account, visitor } = await inside();
    const second = await service.newAccount(partner, { admin_email: email });
    const other = await open(await signedIn(email), account);
    const streams = [];
    for (let n = 0; n < 20; n += 1) streams.push(await open(visitor, n % 2 ? second : account));
    const [oldest, next, ...rest] = streams;
    streams.push(await open(visitor, account));
    assert.deepEqual(await oldest?.next(), { name: 'replaced', data: {} });
    await oldest?.ended;
    // Whoever may not enter takes nobody's place.
    const stranger = await service.newAccount(partner);
    for (let n = 0; n < 3; n += 1)
      assert.equal((await openLive(service.baseUrl, visitor, stranger)).http, 404);
    await open(visitor, second);
    assert.equal((await next?.next())?.name, 'replaced');
    // A stream that has gone takes no place.
    rest[0]?.close();
    await rest[0]?.ended;
    await partner.updateAccount({ account_id: account, server, account_name: 'Named' });
    await partner.updateAccount({ account_id: second, server, account_name: 'Named' });
    for (const stream of [other, ...rest.slice(1), ...streams.slice(20)])
      assert.equal((await stream.next())?.name, 'account');
  });

  test('are so many on the whole node that the account with the most makes room', async () => {
    const limits = { streams: { ofSession: 20, onNode: 4 } };
    const small = await startService({ beside: service, limits });
    const [crowd, quiet] = [await inside(small), await inside(small)];
    const calm = await open(quiet.visitor, quiet.account, small);
    const streams = [];
    for (let n = 0; n < 3; n += 1) streams.push(await open(crowd.visitor, crowd.account, small));
    const more = await open(quiet.visitor, quiet.account, small);
    assert.equal((await streams[0]?.next())?.name, 'replaced');
    await partner.updateAccount({ account_id: quiet.account, server, account_name: 'Named' });
    await partner.updateAccount({ account_id: crowd.account, server, account_name: 'Named' });
    for (const stream of [calm, more, ...streams.slice(1)])
      assert.equal((await stream.next())?.name, 'account');
  });

  test('ask the gate once for all of an account, however many they are and whatever is written', async () => {
    const { account, visitor } = await inside();
    const streams = [];
    for (let n = 0; n < 20; n += 1) streams.push(await open(visitor, account));
    const { database } = service;
    const { read } = database;
    let asked = 0;
    database.read = (work) =>
      read((db) =>
        work({
          query: (statement) => {
            const about = statement.values.flat();
            if (/\bsessions\b/.test(statement.text) && about.includes(account)) asked += 1;
            return db.query(statement);
          },
        }),
      );
    try {
      await partner.updateAccount({ account_id: account, server, account_name: 'Named' });
      for (const stream of streams) assert.equal((await stream.next())?.name, 'account');
      // updateAccount's own statement is gathered, not among these. What was heard a moment before,
      // and the look of every 15 seconds, may each ask as well.
      assert.ok(asked >= 1 && asked <= 3, `asked ${asked} times for 20 streams`);
    } finally {
      database.read = read;
    }
  });

  test('tell every session of an account its own', async () => {
    const { account, visitor } = await inside();
    const email = accountRequest().admin_email;
    await service.newAccount(partner, { admin_email: email });
    const named = { email, name: 'Noa', role: 'agent' };
    assert.equal((await visitor.post(`/api/workspace/${account}/agents`, named)).http, 200);
    const colleague = await signedIn(email);
    const streams = [
      await open(visitor, account),
      await open(colleague, account),
      await open(colleague, account),
    ];
    const role = { role: 'administrator' };
    assert.equal((await visitor.patch(`/api/workspace/${account}/agents/2`, role)).http, 200);
    for (const stream of streams.slice(1)) {
      const { name, data } = (await stream.next()) ?? assert.fail();
      assert.equal(name, 'state');
      assert.equal((data.agent as { role: string }).role, 'administrator');
    }
    await partner.updateAccount({ account_id: account, server, account_name: 'Named' });
    for (const stream of streams) assert.equal((await stream.next())?.name, 'account');
  });

  test('end with their session, before anything asks the gate', async () => {
    const { account, visitor } = await inside();
    await service.database.write((db) =>
      db.query(sql`
        update sessions set expires_at = now() + interval '1 second'
        where person_id = (select person_id from agents
                           where server = ${server} and account_id = ${account})`),
    );
    const stream = await open(visitor, account);
    // The gate is asked by itself after 15 s.
    assert.notEqual(await Promise.race([stream.ended, sleep(7_000, 'late')]), 'late');
    assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 401);
  });
});
