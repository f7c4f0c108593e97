import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { createReset } from '../../people/passwords/password-reset.ts';
import { invitationTo, type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const PLANTED = 'Planted-Password1';
const CHOSEN = 'Chosen-Horse2';
const server = 'online';

describe('the first proof of an address', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let owner: TestPartner;
  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    owner = await service.newPartner();
  });

  const newEmail = () => accountRequest().admin_email;
  const read = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.read((db) => db.query<Row>(statement));
  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));
  const post = (path: `/${string}`, body: object) => newVisitor(service).post(path, body);
  const stateOf = async (partner: TestPartner, accountID: number) =>
    (await partner.getAgents({ accountID, server })).list[0]?.state;
  const idOf = (account: number) => `account:online/${account}`;
  const eventsOf = (account: number) =>
    read<{ type: string; actor_id: string }>(sql`
      select type, actor_id from events
      where account_id = ${account} and type in ('agent.joined', 'agent.declined')
      order by event_id`);
  async function personOf(email: string): Promise<string> {
    const [row] = await read<{ id: string }>(sql`select id from persons where email = ${email}`);
    return row?.id ?? assert.fail();
  }
  const resetToken = async (email: string) => {
    const id = await personOf(email);
    return service.database.write((db) => createReset(db, id));
  };

  /** An address that a planter named three times, and the owner of another account once. */
  async function planted() {
    const planter = await service.newPartner();
    const email = newEmail();
    const named = { admin_email: email, admin_password: PLANTED };
    const baits = [
      await service.newAccount(planter, named),
      await service.newAccount(planter, named),
      await service.newAccount(planter, named),
    ] as const;
    await write(sql`
      insert into members (partner_id, person_id, role, state)
      select ${planter.partner}, id, 'operator', 'open' from persons where email = ${email}`);
    const target = await service.newAccount(owner, { admin_email: email });
    return { planter, email, baits, target, invitation: await invitationTo(mailbox, email) };
  }
  const loginAgent = (partner: TestPartner, accountID: number) =>
    partner.loginAgent({ accountID, agentID: 1, server });
  const waits = (error: unknown) =>
    error instanceof Refusal && error.reason === 'agent_not_found' && error.number === 35;

  test('tells the name that its owner gives to nobody who came in before, nor by a link', async () => {
    const { planter, email, baits, target, invitation } = await planted();
    const [kept, declined] = baits;
    const eve = newVisitor(service);
    await eve.signIn(email, PLANTED);
    for (const id of [kept, declined])
      assert.equal((await eve.get(`/api/workspace/${id}/agents`)).http, 200);
    const memberships = [idOf(kept), idOf(target)];
    const body = { token: invitation, password: CHOSEN, name: 'Real Name', memberships };
    assert.equal((await post('/api/invitation/accept', body)).http, 200);

    const linked = newVisitor(service);
    const { login } = await loginAgent(planter, kept);
    assert.equal((await linked.post(new URL(login).pathname as '/')).http, 303);
    const told = async () => [
      (await linked.get(`/api/workspace/${kept}/agents`)).text,
      (await linked.get(`/api/workspace/${kept}/log`)).text,
      (await linked.get('/api/auth/get-session')).text,
    ];
    for (const text of await told()) assert.doesNotMatch(text, /Real Name|"emailVerified":true/);
    const owner = newVisitor(service);
    await owner.signIn(email, CHOSEN);
    assert.equal((await owner.get(`/api/workspace/${kept}`)).http, 200);
    const [agents, , session] = await told();
    assert.match(agents ?? '', /Real Name/);
    assert.match(session ?? '', /Real Name/);
    assert.doesNotMatch(session ?? '', /"emailVerified":true/);
  });

  for (const [what, look, use, passwordField] of [
    ['acceptance', '/api/invitation', '/api/invitation/accept', 'password'],
    ['reset', '/api/password-reset', '/api/auth/reset-password', 'newPassword'],
  ] as const)
    test(`by ${what} keeps what is ticked; the rest waits, and nothing of before is in force`, async () => {
      const { planter, email, baits, target, invitation } = await planted();
      const [kept, declined, another] = baits;
      const eve = newVisitor(service);
      await eve.signIn(email, PLANTED);
      const factor = await eve.post('/api/auth/two-factor/enable', { password: PLANTED });
      assert.equal(factor.http, 200);
      const link = (await loginAgent(planter, declined)).login;
      const linked = newVisitor(service);
      assert.equal((await linked.post(new URL(link).pathname as '/')).http, 303);
      const unused = new URL((await loginAgent(planter, declined)).login).pathname as '/';
      const reset = await resetToken(email);
      const token = what === 'reset' ? await resetToken(email) : invitation;

      const shown = await post(look, { token });
      assert.deepEqual(
        (shown.body.memberships as { id: string }[]).map(({ id }) => id),
        [...baits.map(idOf), `partner:${planter.partner}`],
      );
      const later = await service.newAccount(planter, { admin_email: email });
      const memberships = [idOf(kept), idOf(9_999_999), idOf(target), 'account:online/', ''];
      const done = await post(use, { token, [passwordField]: CHOSEN, memberships });
      assert.equal(done.http, 200, done.text);

      assert.equal(await stateOf(planter, kept), 'open');
      for (const account of [declined, another, later]) {
        assert.equal(await stateOf(planter, account), 'waiting');
        await assert.rejects(loginAgent(planter, account), waits);
      }
      assert.equal(await stateOf(owner, target), what === 'reset' ? 'waiting' : 'open');
      const [member] = await read(sql`
        select state from members where person_id = ${await personOf(email)}`);
      assert.deepEqual(member, { state: 'waiting' });
      const owed = await read(sql`
        select from agents where person_id = ${await personOf(email)} and mail_due_at is not null
          and account_id = any (${[declined, another, later]})`);
      assert.equal(owed.length, 0);

      for (const visitor of [eve, linked])
        assertFailure(await visitor.get('/api/workspace'), 'no_session');
      assert.equal((await newVisitor(service).post(unused)).http, 410);
      const over = { token: reset, newPassword: PLANTED };
      assertFailure(await post('/api/auth/reset-password', over), 'link_over');
      assertFailure(await newVisitor(service).signIn(email, PLANTED), 'wrong_credentials');
      const own = newVisitor(service);
      assert.ok((await own.signIn(email, CHOSEN)).body.user, 'no second factor is asked for');
      assert.equal((await own.get(`/api/workspace/${kept}`)).http, 200);
      assertFailure(await own.get(`/api/workspace/${declined}`), 'not_found');

      assert.deepEqual(await eventsOf(kept), [{ type: 'agent.joined', actor_id: '1' }]);
      assert.deepEqual(await eventsOf(declined), [{ type: 'agent.declined', actor_id: '1' }]);
      const told = await read<{ type: string }>(sql`
        select type from events where type like 'member.%' and partner_id = ${planter.partner}`);
      assert.deepEqual(told, [{ type: 'member.declined' }]);
      assert.deepEqual((await post(look, { token })).http, 410);
    });

  test('accepts everything when nothing is said, and lists nothing from then on', async () => {
    const { planter, email, baits, target, invitation } = await planted();
    const body = { token: invitation, password: CHOSEN };
    assert.equal((await post('/api/invitation/accept', body)).http, 200);
    for (const account of baits) assert.equal(await stateOf(planter, account), 'open');
    assert.equal(await stateOf(owner, target), 'open');
    const shown = await post('/api/password-reset', { token: await resetToken(email) });
    assert.deepEqual([shown.http, shown.body.memberships], [200, []]);
    // Proved: a list says nothing any more.
    const again = { token: await resetToken(email), newPassword: CHOSEN, memberships: [] };
    assert.equal((await post('/api/auth/reset-password', again)).http, 200);
    assert.equal(await stateOf(planter, baits[0]), 'open');
  });

  test('judges deleted accounts too: what was not ticked does not come back open', async () => {
    const { planter, baits, invitation } = await planted();
    await planter.deleteAccount({ accountID: baits[0], server });
    const shown = await post('/api/invitation', { token: invitation });
    assert.equal((shown.body.memberships as unknown[]).length, 4);
    const body = { token: invitation, password: CHOSEN, memberships: [] };
    assert.equal((await post('/api/invitation/accept', body)).http, 200);
    await service.operator.restoreAccount({ account_id: baits[0], server });
    assert.equal(await stateOf(planter, baits[0]), 'waiting');
  });

  test('cannot be stopped by many memberships, nor by another password set meanwhile', async () => {
    const { planter, email, invitation } = await planted();
    await write(sql`
      insert into accounts (server, account_id, partner_id, account_name, seat_limit, inbox_limit)
      select 'online', 100000 + n, ${planter.partner}, 'Bait', 1, 1 from generate_series(1, 3000) n`);
    await write(sql`
      insert into agents (server, account_id, agent_id, person_id, role, state, agent_name, display_name)
      select 'online', 100000 + n, 1, id, 'agent', 'open', 'Eve', 'Eve'
      from persons, generate_series(1, 3000) n where email = ${email}`);
    const shown = await post('/api/invitation', { token: invitation });
    const listed = (shown.body.memberships as { id: string }[]).map(({ id }) => id);
    assert.equal(listed.length, 1000);
    const body = { token: invitation, password: CHOSEN, memberships: listed };
    assert.equal((await post('/api/invitation/accept', body)).http, 200);
    const [states] = await read(sql`
      select count(*) filter (where g.state = 'open') as open,
        count(*) filter (where g.state = 'waiting') as waiting
      from agents g join persons p on p.id = g.person_id
      where p.email = ${email}`);
    // Of three baits, the console and 3,000 more, 1,000 were shown; and the invitation's own.
    assert.deepEqual(states, { open: 1000, waiting: 2004 });
  });

  test('of an address without a password voids its reset links, also when it was proved', async () => {
    const { email, invitation } = await planted();
    await write(sql`
      update persons set email_proved_at = now(), password_hash = null where email = ${email}`);
    const reset = await resetToken(email);
    const body = { token: invitation, password: CHOSEN };
    assert.equal((await post('/api/invitation/accept', body)).http, 200);
    assertFailure(await post('/api/password-reset', { token: reset }), 'link_over');
  });
});
