import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ActivityLog } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { openLive } from '../../testing/live.ts';
import type { TestMember } from '../../testing/member.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const server = 'online';

describe('a login link that a member of the partner made', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  const query = <Row>(text: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query<Row>(text));

  const newMember = (of = partner): Promise<TestMember> => service.newMember(of);
  const setRole = ({ personId }: TestMember, role: string, of = partner) =>
    query(sql`
      update members set role = ${role} where partner_id = ${of.partner} and person_id = ${personId}`);
  const remove = ({ personId }: TestMember) =>
    query(sql`
      delete from members where partner_id = ${partner.partner} and person_id = ${personId}`);
  const putBack = ({ personId }: TestMember) =>
    query(sql`
      insert into members (partner_id, person_id, role, state)
      values (${partner.partner}, ${personId}, 'administrator', 'open')`);

  const ask = (member: TestMember, accountID: number, of = partner) =>
    member.post(`/api/console/${of.partner}/online/loginAgent`, { accountID, agentID: 1, server });
  async function newLink(member: TestMember, account: number, of = partner): Promise<`/${string}`> {
    const { http, body, text } = await ask(member, account, of);
    assert.equal(http, 200, text);
    return new URL(String(body.login)).pathname as `/${string}`;
  }
  async function inside(member: TestMember, account: number): Promise<Visitor> {
    const visitor = newVisitor(service);
    const used = await visitor.post(await newLink(member, account));
    assert.equal(used.http, 303, used.text);
    assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 200);
    return visitor;
  }
  async function assertOver(visitor: Visitor, account: number, link: `/${string}`) {
    assertFailure(await visitor.get(`/api/workspace/${account}`), 'no_session');
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    assert.equal((await newVisitor(service).get(link)).http, 410);
    assert.equal((await newVisitor(service).post(link)).http, 410);
  }

  for (const role of ['administrator', 'operator'])
    test(`lets the agent in, once, and the log has the person (${role})`, async () => {
      const account = await service.newAccount(partner);
      const member = await newMember();
      await setRole(member, role);
      const visitor = await inside(member, account);
      const settings = `/api/workspace/${account}/settings` as const;
      assert.equal((await visitor.patch(settings, { language: 'he' })).http, 200);
      const events = await query<{ type: string; actor: string }>(sql`
        select type, actor_kind || ' ' || actor_id as actor from events
        where account_id = ${account} and type <> 'account.created' order by event_id`);
      assert.deepEqual(
        events.map(({ type, actor }) => [type, actor]),
        ['login_link.created', 'login_link.used', 'settings.updated'].map((type) => [
          type,
          `person ${member.personId}`,
        ]),
      );
      const { body } = await visitor.get(`/api/workspace/${account}/log`);
      for (const { actor, type } of (body as ActivityLog).entries.slice(0, 3))
        assert.equal(actor.kind, 'partner', type);
      const { list } = await partner.getEvents({ account_id: account, server });
      assert.deepEqual(list.at(-1)?.actor, { kind: 'person', id: member.personId });
    });

  test('is over with the membership, and does not come back with it', async () => {
    const account = await service.newAccount(partner);
    const member = await newMember();
    const visitor = await inside(member, account);
    const link = await newLink(member, account);
    await remove(member);
    await assertOver(visitor, account, link);
    await putBack(member);
    await assertOver(visitor, account, link);
    await inside(member, account);
  });

  test('is over with the role, and does not come back with it; another such role counts as one', async () => {
    const account = await service.newAccount(partner);
    const member = await newMember();
    for (const role of ['viewer', 'operator']) {
      const visitor = await inside(member, account);
      const link = await newLink(member, account);
      await setRole(member, role);
      await assertOver(visitor, account, link);
      if (role === 'viewer') assert.equal((await ask(member, account)).http, 403);
      await setRole(member, 'administrator');
      await assertOver(visitor, account, link);
    }
  });

  test('is made by nobody whose place waits, is elsewhere or is one to look', async () => {
    const account = await service.newAccount(partner);
    const waiting = await newMember();
    await query(sql`update members set state = 'waiting' where person_id = ${waiting.personId}`);
    const elsewhere = await newMember(await service.newPartner());
    for (const member of [waiting, elsewhere]) assert.equal((await ask(member, account)).http, 404);
    assert.equal((await ask(await service.newMember(partner, 'viewer'), account)).http, 403);
    const left = await query(sql`select from login_links where account_id = ${account}`);
    assert.equal(left.length, 0);
  });

  test('of somebody who works for two partners is over at the one that they leave', async () => {
    const account = await service.newAccount(partner);
    const other = await service.newPartner();
    const theirs = await service.newAccount(other);
    const member = await newMember();
    await query(sql`
      insert into members (partner_id, person_id, role, state)
      values (${other.partner}, ${member.personId}, 'operator', 'open')`);
    assert.equal((await ask(member, theirs)).http, 404);
    const visitor = await inside(member, account);
    const there = newVisitor(service);
    assert.equal((await there.post(await newLink(member, theirs, other))).http, 303);
    await remove(member);
    assertFailure(await visitor.get(`/api/workspace/${account}`), 'no_session');
    assert.equal((await there.get(`/api/workspace/${theirs}`)).http, 200);
  });

  test('is over when the partner is suspended, and does not come back', async () => {
    const mine = await service.newPartner();
    const account = await service.newAccount(mine);
    const member = await newMember(mine);
    const visitor = newVisitor(service);
    assert.equal((await visitor.post(await newLink(member, account, mine))).http, 303);
    const link = await newLink(member, account, mine);
    await service.operator.suspendPartner({ partner: mine.partner });
    await assertOver(visitor, account, link);
    const left = await query(sql`select from sessions where link_account_id = ${account}`);
    assert.equal(left.length, 0);
    await service.operator.resumePartner({ partner: mine.partner });
    await assertOver(visitor, account, link);
  });

  test('survives the end of a credential, and what a credential made the end of a member', async () => {
    const account = await service.newAccount(partner);
    const member = await newMember();
    const visitor = await inside(member, account);
    const { client_id } = await service.operator.createCredential({ partner: partner.partner });
    await service.operator.revokeCredential({ client_id });
    assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 200);
    const { login } = await partner.loginAgent({ accountID: account, agentID: 1, server });
    const byProgram = newVisitor(service);
    assert.equal((await byProgram.post(new URL(login).pathname as `/${string}`)).http, 303);
    await remove(member);
    assertFailure(await visitor.get(`/api/workspace/${account}`), 'no_session');
    assert.equal((await byProgram.get(`/api/workspace/${account}`)).http, 200);
  });

  test('has its open page end within a second of the event of its end', async () => {
    const account = await service.newAccount(partner);
    const member = await newMember();
    const visitor = await inside(member, account);
    const live = await openLive(service.baseUrl, visitor, account);
    assert.equal((await live.next())?.name, 'state');
    await query(sql`
      with gone as (
        delete from members where partner_id = ${partner.partner} and person_id = ${member.personId})
      insert into events (type, partner_id, subject, actor_kind, actor_id)
      values ('member.updated', ${partner.partner}, ${member.personId}, 'operator', 'operator')`);
    await live.ended;
    assert.equal(live.events.length, 1);
  });

  test('makes twenty sessions at most, beside those of others who make links', async () => {
    const account = await service.newAccount(partner);
    const [ada, bob] = [await newMember(), await newMember()];
    const visitors: Visitor[] = [await inside(bob, account)];
    for (let n = 0; n < 21; n += 1) visitors.push(await inside(ada, account));
    const seen = await Promise.all(
      visitors.map(async (visitor) => (await visitor.get(`/api/workspace/${account}`)).http),
    );
    assert.deepEqual(seen, [200, 401, ...Array.from({ length: 20 }, () => 200)]);
  });

  test('has exactly one maker, and so has its session', async () => {
    const account = await service.newAccount(partner);
    const member = await newMember();
    await inside(member, account);
    await newLink(member, account);
    for (const change of [
      sql`update login_links set credential_id = (select max(credential_id) from credentials)
          where account_id = ${account}`,
      sql`update login_links set member_person_id = null where account_id = ${account}`,
      sql`update sessions set link_credential_id = (select max(credential_id) from credentials)
          where link_account_id = ${account}`,
      sql`update sessions set link_member_person_id = null where link_account_id = ${account}`,
      sql`update sessions set link_server = null where link_account_id = ${account}`,
    ])
      await assert.rejects(query(change), /_check/);
  });
});
