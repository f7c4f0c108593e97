import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { openStream } from '../../testing/live.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const server = 'online';

describe("the console's live stream", () => {
  let nodes: [TestService, TestService];
  let partner: TestPartner;

  before(async () => {
    const first = await startService();
    nodes = [first, await startService({ beside: first })];
    partner = await first.newPartner();
  });

  const open = (visitor: Visitor, node = nodes[1], of = partner.partner) =>
    openStream(node.baseUrl, visitor, `/api/console/${of}/live`);

  test("says on every node what happened to the partner's accounts, and nobody else's", async () => {
    const [first] = nodes;
    const other = await first.newPartner();
    const account_id = await first.newAccount(partner);
    const foreign = await first.newAccount(other);
    const live = await open(await first.newMember(partner, 'viewer'));
    assert.deepEqual(await live.next(), { name: 'state', data: { role: 'viewer' } });
    await other.updateAccount({ account_id: foreign, server, account_name: 'Not yours' });
    await partner.updateAccount({ account_id, server, account_status: 0 });
    const { name, data } = (await live.next()) ?? assert.fail();
    assert.equal(name, 'changed');
    const { list, isAll } = data as { list: Record<string, unknown>[]; isAll: boolean };
    assert.deepEqual(
      list.map(({ type, ...of }) => [type, of.server, of.account_id]),
      [['account.suspended', server, account_id]],
    );
    assert.equal(isAll, true);
    live.close();
  });

  test('ends with the membership, with the session, and when the partner is suspended', async () => {
    const [first] = nodes;
    const third = await first.newPartner();
    const [removed, signedOut, kept] = [
      await first.newMember(third),
      await first.newMember(third),
      await first.newMember(third),
    ];
    const lives = await Promise.all(
      [removed, signedOut, kept].map((member) => open(member, nodes[1], third.partner)),
    );
    for (const live of lives) assert.equal((await live.next())?.name, 'state');
    const [ofRemoved, ofSignedOut, ofKept] = lives;
    await first.database.write((db) =>
      db.query(sql`
        with gone as (delete from members where person_id = ${removed.personId} returning *)
        insert into events (type, partner_id, subject, actor_kind, actor_id)
        select 'member.updated', partner_id, person_id::text, 'system', 'test' from gone`),
    );
    await ofRemoved?.ended;
    await signedOut.post('/api/auth/sign-out', {});
    await ofSignedOut?.ended;
    assert.equal((await ofKept?.next())?.name, 'changed');
    await first.operator.suspendPartner({ partner: third.partner });
    await ofKept?.ended;
  });

  test('makes room: the oldest of a session, and on a full node of whoever has the most', async () => {
    const limits = { streams: { ofSession: 2, onNode: 4 } };
    const node = await startService({ beside: nodes[0], limits });
    const [crowded, small] = [await node.newPartner(), await node.newPartner()];
    const openOf = async (of: TestPartner, member: Visitor) => {
      const live = await open(member, node, of.partner);
      assert.equal((await live.next())?.name, 'state');
      return live;
    };
    const only = await openOf(small, await node.newMember(small));
    const one = await node.newMember(crowded);
    const [first, second] = [await openOf(crowded, one), await openOf(crowded, one)];
    const third = await openOf(crowded, one);
    assert.equal((await first.next())?.name, 'replaced');
    const fourth = await openOf(crowded, await node.newMember(crowded));
    await openOf(crowded, await node.newMember(crowded));
    assert.equal((await second.next())?.name, 'replaced');
    assert.deepEqual([only.events.length, third.events.length, fourth.events.length], [1, 1, 1]);
  });

  test('is refused like any other request', async () => {
    const [first] = nodes;
    const member = await first.newMember(partner);
    const other = await first.newPartner();
    const path = `/api/console/${partner.partner}/live` as const;
    assertFailure(await newVisitor(first, null).get(path), 'no_session');
    assertFailure(await member.get(`/api/console/${other.partner}/live`), 'not_found');
    assertFailure(await member.get('/api/console/x/live'), 'not_found');
    await first.operator.suspendPartner({ partner: other.partner });
    const stranded = await first.newPartner();
    const left = await first.newMember(stranded);
    await first.operator.suspendPartner({ partner: stranded.partner });
    assertFailure(await left.get(`/api/console/${stranded.partner}/live`), 'partner_suspended');
  });
});
