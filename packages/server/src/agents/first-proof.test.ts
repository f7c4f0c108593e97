import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { createReset } from '../people/password-reset.ts';
import { accountRequest, startService, type TestPartner, type TestService } from '../testing.ts';
import { type Mailbox, startMailbox } from '../testing-mail.ts';
import { assertFailure, newVisitor } from '../testing-visitor.ts';
import { createInvitation } from './invitation.ts';

const PLANTED = 'Planted-Password1';
const CHOSEN = 'Chosen-Horse2';
const server = 'online';

/** The token of the next invitation that is mailed there. */
async function invitationTo(mailbox: Mailbox, email: string): Promise<string> {
  for (;;) {
    const { text } = await mailbox.next(email);
    const token = /token=(swb_in_\S+)$/m.exec(text)?.[1];
    if (token) return token;
  }
}

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
      where account_id = ${account} and type in ('agent.joined', 'agent.declined')`);
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
      select ${planter.partner}, id, 'member', 'open' from persons where email = ${email}`);
    const target = await service.newAccount(owner, { admin_email: email });
    return { planter, email, baits, target, invitation: await invitationTo(mailbox, email) };
  }
  const loginAgent = (partner: TestPartner, accountID: number) =>
    partner.loginAgent({ accountID, agentID: 1, server });
  const waits = (error: unknown) =>
    error instanceof Refusal && error.reason === 'agent_not_found' && error.number === 35;

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
      const [changed] = await read<{ changes: unknown }>(sql`
        select changes from events where type = 'member.updated' and partner_id = ${planter.partner}`);
      assert.deepEqual(changed, { changes: { state: { from: 'open', to: 'waiting' } } });
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

describe('createAccount for somebody who was invited and never joined', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    partner = await service.newPartner();
  });

  /** Invited as agent 2 of an account of the partner. */
  async function invited(of = partner) {
    const admin = accountRequest().admin_email;
    const account = await service.newAccount(of, { admin_email: admin });
    const visitor = newVisitor(service);
    await visitor.signIn(admin);
    const email = accountRequest().admin_email;
    const agent = { email, name: 'Noa Levi', role: 'agent' };
    assert.equal((await visitor.post(`/api/workspace/${account}/agents`, agent)).http, 200);
    return { account, email };
  }
  const signIn = (email: string, password: string) => newVisitor(service).signIn(email, password);

  test('under the same partner sets a password that works at once, in that account alone', async () => {
    const { account, email } = await invited();
    const made = await service.newAccount(partner, { admin_email: email, admin_password: PLANTED });
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email, PLANTED)).http, 200);
    assert.equal((await visitor.get(`/api/workspace/${made}`)).http, 200);
    assertFailure(await visitor.get(`/api/workspace/${account}`), 'not_found');
    // From now on it is theirs.
    await service.newAccount(partner, { admin_email: email, admin_password: CHOSEN });
    assertFailure(await signIn(email, CHOSEN), 'wrong_credentials');
    assert.equal((await signIn(email, PLANTED)).http, 200);
  });

  test('under another partner too, until a password is set; then the membership waits', async () => {
    const { email } = await invited();
    const others = [await service.newPartner(), await service.newPartner()] as const;
    const [first, second] = await Promise.all(
      others.map((other, n) =>
        service.newAccount(other, { admin_email: email, admin_password: `${PLANTED}${n}` }),
      ),
    );
    const states = await Promise.all(
      [first, second].map(
        async (accountID, n) =>
          (await others[n === 0 ? 0 : 1].getAgents({ accountID: accountID ?? 0, server })).list[0]
            ?.state,
      ),
    );
    assert.deepEqual(states.toSorted(), ['open', 'waiting']);
    const won = states.indexOf('open');
    assert.equal((await signIn(email, `${PLANTED}${won}`)).http, 200);
    assertFailure(await signIn(email, `${PLANTED}${1 - won}`), 'wrong_credentials');
  });

  test('sets none where another partner has opened a membership, or the address was proved', async () => {
    const open = await invited();
    const proved = await invited();
    const other = await service.newPartner();
    await service.database.write(async (db) => {
      await db.query(sql`
        update agents g set state = 'open' from persons p
        where p.id = g.person_id and p.email = ${open.email}`);
      await db.query(sql`
        update persons set email_proved_at = now() where email = ${proved.email}`);
    });
    for (const { email } of [open, proved]) {
      const accountID = await service.newAccount(other, {
        ...{ admin_email: email, admin_password: PLANTED },
      });
      assertFailure(await signIn(email, PLANTED), 'wrong_credentials');
      assert.equal((await other.getAgents({ accountID, server })).list[0]?.state, 'waiting');
    }
  });

  test('leaves an invitation good, and says no more of a link than that it is over', async () => {
    const { account, email } = await invited();
    const token = await invitationTo(mailbox, email);
    const made = await service.newAccount(partner, { admin_email: email, admin_password: PLANTED });
    const accept = { token, password: CHOSEN, memberships: [`account:online/${made}`] };
    const heard = await newVisitor(service).post('/api/invitation/accept', accept);
    assert.equal(heard.http, 200);
    assertFailure(await signIn(email, PLANTED), 'wrong_credentials');
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email, CHOSEN)).http, 200);
    for (const id of [account, made])
      assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    const again = await service.database.write((db) =>
      createInvitation(db, { server, account_id: account, agent_id: 2 }),
    );
    assert.equal(again, undefined, 'who has accepted is not invited again');
  });
});
