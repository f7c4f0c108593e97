import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createPartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const ROUNDS = 200;

describe('two nodes', () => {
  let nodes: [TestService, TestService];
  let partner: TestPartner;
  before(async () => {
    const first = await startService();
    nodes = [first, await startService({ beside: first })];
    partner = await first.newPartner();
  });

  const node = (index: number): TestService => nodes[index % 2 === 0 ? 0 : 1];
  const clientOf = ({ baseUrl }: TestService) =>
    createPartnerClient({
      baseUrl,
      retries: 0,
      clientId: partner.clientId,
      clientSecret: partner.clientSecret,
    });
  async function newLink(at: TestService, account: number): Promise<`/${string}`> {
    const body = { accountID: account, agentID: 1, server: 'online' };
    return new URL((await clientOf(at).loginAgent(body)).login).pathname as `/${string}`;
  }
  /** The same browser, sent to that node. */
  function at(service: TestService, { cookies }: Visitor): Visitor {
    const visitor = newVisitor(service);
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    return visitor;
  }

  test('use a link once, whichever made it and whichever is asked first', async () => {
    const account = await node(0).newAccount(partner);
    for (let round = 0; round < 40; round += 1) {
      const path = await newLink(node(round), account);
      const visitors = Array.from({ length: 4 }, (_, index) => newVisitor(node(round + index + 1)));
      const heard =
        round % 2 === 0
          ? [await visitors[0]!.post(path), await visitors[1]!.post(path)]
          : await Promise.all(visitors.map((visitor) => visitor.post(path)));
      const statuses = heard.map(({ http }) => http);
      if (round % 2 === 0) assert.deepEqual(statuses, [303, 410]);
      else assert.deepEqual(statuses.sort(), [303, 410, 410, 410]);
    }
  });

  test("refuse each other's sessions and links as soon as the cut is answered", async () => {
    const email = accountRequest().admin_email;
    const account = await node(0).newAccount(partner, { admin_email: email });
    const clients = nodes.map(clientOf);
    const set = (round: number, account_status: 0 | 1) =>
      clients[round % 2]!.updateAccount({ account_id: account, server: 'online', account_status });
    const path = `/api/workspace/${account}` as const;
    for (let round = 0; round < ROUNDS; round += 1) {
      const here = newVisitor(node(round));
      // Every tenth with a password: hashing takes its time.
      if (round % 10 === 0) assert.equal((await here.signIn(email)).http, 200);
      else assert.equal((await here.post(await newLink(node(round >> 2), account))).http, 303);
      const there = at(node(round + 1), here);
      assert.equal((await there.get(path)).http, 200);
      const unused = await newLink(node(round), account);
      await set(round >> 1, 0);
      const refused = [there.get(path), here.get(path), there.get(`${path}/live`)];
      for (const { http, body } of await Promise.all(refused))
        assert.deepEqual(
          [http, (body.error as { code: string }).code],
          [403, 'account_disabled'],
          `round ${round}`,
        );
      assert.equal((await newVisitor(node(round + 1)).post(unused)).http, 410, `round ${round}`);
      await set(round, 1);
      for (const visitor of [there, here]) assertFailure(await visitor.get(path), 'sign_in_again');
      assert.equal((await newVisitor(node(round)).post(unused)).http, 410, `round ${round}`);
    }
    const open = await node(0).database.read((db) =>
      db.query(sql`
        select from sessions s join accounts a on s.number > a.entry_number
        where a.account_id = ${account}`),
    );
    assert.deepEqual(open, []);
  });
});
