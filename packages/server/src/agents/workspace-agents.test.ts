import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { AgentList, AgentOfAccount } from '@switchboard/contract';
import sql from 'sql-template-tag';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../testing/visitor.ts';

describe('the agents of an account, from within', () => {
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });

  const newEmail = () => accountRequest().admin_email;
  async function signedIn(email: string): Promise<Visitor> {
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  async function inside(changes: Record<string, unknown> = {}) {
    const email = newEmail();
    const id = await service.newAccount(partner, { admin_email: email, ...changes });
    const visitor = await signedIn(email);
    const at = `/api/workspace/${id}/agents` as const;
    const list = async () => (await visitor.get(at)).body as unknown as AgentList;
    const invite = (changes: Record<string, unknown> = {}) =>
      visitor.post(at, { email: newEmail(), name: 'Noa Levi', role: 'agent', ...changes });
    return { id, at, email, visitor, list, invite };
  }
  /** Somebody whom the partner knows, signed in. */
  async function colleague() {
    const email = newEmail();
    await service.newAccount(partner, { admin_email: email });
    return { email, visitor: await signedIn(email) };
  }
  const events = (id: number) =>
    service.database.read((db) =>
      db.query<Record<string, unknown>>(sql`
        select type, subject, actor_kind, actor_id, changes from events
        where server = ${server} and account_id = ${id} and type like 'agent.%'
          and type <> 'agent.signed_in'
        order by event_id`),
    );

  test('are listed by number, with who waits and who is asking', async () => {
    const { email, list, invite } = await inside({ agents: 7 });
    const heard = await invite({ email: 'Noa@Example.com', display_name: 'Noa' });
    assert.equal(heard.http, 200, heard.text);
    const { create_time, ...invited } = heard.body;
    assert.ok(Math.abs(Number(create_time) - Date.now() / 1000) < 60);
    assert.deepEqual(invited, {
      ...{ id: 2, email: 'noa@example.com', agent_name: 'Noa Levi', display_name: 'Noa' },
      ...{ name: 'Noa Levi', role: 'agent', state: 'waiting', you: false, not_delivered: null },
    });
    const { seat_limit, agents } = await list();
    assert.equal(seat_limit, 7);
    assert.deepEqual(
      agents.map(({ id, email, state, you, role }) => [id, email, state, you, role]),
      [
        [1, email, 'open', true, 'administrator'],
        [2, 'noa@example.com', 'waiting', false, 'agent'],
      ],
    );
  });

  test('are as many as there are seats, those who wait included', async () => {
    const { id, at, list, invite, visitor } = await inside({ agents: 3 });
    assert.equal((await invite()).http, 200);
    const { email } = await colleague();
    assert.equal((await invite({ email })).body.state, 'open');
    assertFailure(await invite(), 'seat_limit_reached');
    assert.equal((await list()).agents.length, 3);
    assert.equal((await visitor.delete(`${at}/2`)).http, 200);
    // A refusal took no number; the one that was removed is not given again.
    assert.equal((await invite()).body.id, 4);
    assertFailure(await invite(), 'seat_limit_reached');
    assert.equal((await events(id)).filter(({ type }) => type === 'agent.invited').length, 3);
  });

  test('invited two at once for the last seat, are one more', async () => {
    const { at, list, invite, visitor } = await inside({ agents: 2 });
    for (let round = 0; round < 20; round++) {
      const heard = await Promise.all([invite(), invite()]);
      const [won, lost] = heard.sort((a, b) => a.http - b.http);
      assert.equal(won?.http, 200, won?.text);
      assertFailure(lost ?? assert.fail(), 'seat_limit_reached');
      assert.deepEqual(
        (await list()).agents.map(({ id }) => id),
        [1, won?.body.id],
      );
      assert.equal(won?.body.id, round + 2, 'numbers are neither skipped nor used twice');
      await visitor.delete(`${at}/${won?.body.id}`);
    }
  });

  test('are not invited twice, in whatever case, also when both are sent at once', async () => {
    const { email, list, invite } = await inside({ agents: 9 });
    const named = newEmail();
    assertFailure(await invite({ email: email.toUpperCase() }), 'already_agent');
    const heard = await Promise.all([invite({ email: named }), invite({ email: ` ${named} ` })]);
    assert.deepEqual(heard.map(({ http }) => http).sort(), [200, 409]);
    const again = await invite({ email: named.toUpperCase(), role: 'administrator' });
    assertFailure(again, 'already_agent');
    assert.equal((again.body.error as { parameter: string }).parameter, 'email');
    assert.deepEqual(
      (await list()).agents.map(({ role }) => role),
      ['administrator', 'agent'],
    );
  });

  test('are named by what is a name and an e-mail address, and nothing else', async () => {
    const { list, invite, id } = await inside({ agents: 99 });
    const bad: Record<string, unknown[]> = {
      email: ['', 'x', 'a@b', 'a b@c.example', `${'a'.repeat(40)}@bcd.example`, null, 5, undefined],
      name: ['', '  ', 'a\nb', 'a\u202eb', '\ud800', '\u200b', 'x'.repeat(51), null, 5, undefined],
      display_name: ['', 'a\0b', '\u2066x', 'x'.repeat(51), null, {}],
      role: ['', 'owner', 'Agent', null, 1, undefined],
      state: ['open'],
      password: ['Planted-Password1'],
    };
    for (const [name, values] of Object.entries(bad))
      for (const value of values) {
        const heard = await invite({ [name]: value });
        assertFailure(heard, 'request_invalid');
        assert.equal((heard.body.error as { parameter: string }).parameter, name, heard.text);
      }
    assert.equal((await list()).agents.length, 1);
    assert.deepEqual(await events(id), []);
    const heard = await invite({ name: ' נועה לוי 👩‍💻 ', display_name: 'é'.normalize('NFD') });
    assert.deepEqual([heard.body.agent_name, heard.body.display_name], ['נועה לוי 👩‍💻', 'é']);
  });

  test('change their role, which counts at the next request', async () => {
    const { id, at, visitor, invite } = await inside();
    const noa = await colleague();
    await invite({ email: noa.email });
    const settings = `/api/workspace/${id}/settings` as const;
    assertFailure(await noa.visitor.patch(settings, {}), 'administrators_only');
    const heard = await visitor.patch(`${at}/2`, { role: 'administrator' });
    assert.deepEqual([heard.http, heard.body.id, heard.body.role], [200, 2, 'administrator']);
    assert.equal((await noa.visitor.patch(settings, {})).http, 200);
    await visitor.patch(`${at}/2`, { role: 'administrator' });
    assert.equal((await noa.visitor.patch(`${at}/1`, { role: 'agent' })).http, 200);
    assertFailure(await visitor.patch(settings, {}), 'administrators_only');
    for (const body of [{}, { role: 'owner' }, { role: null }, { role: 'agent', state: 'open' }])
      assertFailure(await noa.visitor.patch(`${at}/1`, body), 'request_invalid');
    assert.deepEqual((await events(id)).slice(1), [
      {
        ...{ type: 'agent.updated', subject: '2', actor_kind: 'agent', actor_id: '1' },
        changes: { role: { from: 'agent', to: 'administrator' } },
      },
      {
        ...{ type: 'agent.updated', subject: '1', actor_kind: 'agent', actor_id: '2' },
        changes: { role: { from: 'administrator', to: 'agent' } },
      },
    ]);
  });

  test('who are removed are out at their next request, here and nowhere else', async () => {
    const { id, at, visitor, invite } = await inside();
    const noa = await colleague();
    await invite({ email: noa.email, display_name: 'Noa' });
    const { login } = await partner.loginAgent({ accountID: id, agentID: 2, server });
    assert.equal((await noa.visitor.get(`/api/workspace/${id}`)).http, 200);
    assert.equal((await visitor.delete(`${at}/2`)).http, 200);
    for (const path of ['', '/live', '/agents', '/log'] as const)
      assertFailure(await noa.visitor.get(`/api/workspace/${id}${path}`), 'not_found');
    const list = (await noa.visitor.get('/api/workspace')).body.accounts as { state: string }[];
    assert.deepEqual(
      list.map(({ state }) => state),
      ['open'],
    );
    const { pathname } = new URL(login);
    assert.equal((await newVisitor(service).post(pathname as `/${string}`)).http, 410);
    assertFailure(await visitor.delete(`${at}/2`), 'not_found');
    const back = await invite({ email: noa.email });
    assert.deepEqual([back.body.id, back.body.state], [3, 'open']);
    assert.equal((await noa.visitor.get(`/api/workspace/${id}`)).http, 200);
  });

  test('who are no administrators look, and touch nothing', async () => {
    const { id, at, invite, list } = await inside();
    const noa = await colleague();
    await invite({ email: noa.email });
    // The first visit: from then on they are called as they call themselves.
    await noa.visitor.get(at);
    const before = await list();
    const seen = (await noa.visitor.get(at)).body.agents as AgentOfAccount[];
    assert.deepEqual(
      seen.map(({ you, ...agent }) => agent),
      before.agents.map(({ you, ...agent }) => agent),
    );
    const body = { email: newEmail(), name: 'New', role: 'administrator' };
    for (const heard of [
      await noa.visitor.post(at, body),
      await noa.visitor.patch(`${at}/2`, { role: 'administrator' }),
      await noa.visitor.patch(`${at}/1`, { role: 'agent' }),
      await noa.visitor.delete(`${at}/1`),
      await noa.visitor.delete(`${at}/2`),
      await noa.visitor.post(`${at}/1/invitation`),
    ])
      assertFailure(heard, 'administrators_only');
    assert.deepEqual(await list(), before);
    assert.equal((await events(id)).length, 1);
  });

  test('of another account cannot be named', async () => {
    const { at, visitor } = await inside();
    const other = await inside();
    for (let n = 0; n < 2; n++) await other.invite();
    const before = await other.list();
    for (const number of [2, 3]) {
      assertFailure(await visitor.patch(`${at}/${number}`, { role: 'agent' }), 'not_found');
      assertFailure(await visitor.delete(`${at}/${number}`), 'not_found');
      assertFailure(await visitor.post(`${at}/${number}/invitation`), 'not_found');
      assertFailure(await visitor.delete(`${other.at}/${number}`), 'not_found');
    }
    assert.deepEqual(await other.list(), before);
  });
});
