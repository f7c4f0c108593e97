import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { invitationTo, type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';
import { createInvitation } from './invitation.ts';

const PLANTED = 'Planted-Password1';
const CHOSEN = 'Chosen-Horse2';
const server = 'online';

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
      createInvitation(db, { kind: 'agent', server, account_id: account, agent_id: 2 }),
    );
    assert.equal(again, undefined, 'who has accepted is not invited again');
  });
});
