import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { invitationTo, type Mailbox, startMailbox } from '../testing/mail/mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

const server = 'online';

describe('the administrators by whose address a partner finds an account', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    partner = await service.newPartner();
  });

  const find = async (q: string, of = partner) =>
    (await of.getAccounts({ q })).list.map(({ account_id }) => Number(account_id));
  const newEmail = () => accountRequest().admin_email;
  const accept = (body: object) => newVisitor(service).post('/api/invitation/accept', body);
  /** What the column holds is what the agents say, in every account. */
  const assertKept = async () =>
    assert.deepEqual(
      await service.database.read((db) =>
        db.query(sql`
          select account_id, administrators from accounts
          where administrators <> administrators_of(server, account_id)`),
      ),
      [],
    );

  test('are those who agreed to be here: named, invited, promoted, put back and removed', async () => {
    const { email, account_id } = await service.newPerson(partner);
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    const at = `/api/workspace/${account_id}/agents` as const;
    const noa = newEmail();
    const invited = { email: noa, name: 'Noa', display_name: 'N', role: 'administrator' };
    assert.deepEqual(await find(email), [account_id]);
    assert.equal((await visitor.post(at, invited)).http, 200);
    assert.deepEqual(await find(noa), []);
    const token = await invitationTo(mailbox, noa);
    assert.equal((await accept({ token, password: 'Chosen-Horse2', name: 'Noa' })).http, 200);
    assert.deepEqual(
      [await find(noa.toUpperCase()), await find(email)],
      [[account_id], [account_id]],
    );
    assert.equal((await visitor.patch(`${at}/2`, { role: 'agent' })).http, 200);
    assert.deepEqual(await find(noa), []);
    assert.equal((await visitor.patch(`${at}/2`, { role: 'administrator' })).http, 200);
    assert.deepEqual(await find(noa), [account_id]);
    const second = await service.newAccount(partner, { admin_email: noa });
    assert.deepEqual(await find(noa), [account_id, second]);
    assert.equal((await visitor.delete(`${at}/2`)).http, 200);
    assert.deepEqual([await find(noa), await find(email)], [[second], [account_id]]);
    assert.equal((await visitor.post(at, { ...invited, role: 'agent' })).http, 200);
    assert.deepEqual(await find(noa), [second]);
    await assertKept();
  });

  test('are no longer those who decline what others opened for them', async () => {
    const planter = await service.newPartner();
    const email = newEmail();
    const named = { admin_email: email, admin_password: 'Planted-Password1' };
    const kept = await service.newAccount(planter, named);
    const declined = await service.newAccount(planter, named);
    const target = await service.newAccount(partner, { admin_email: email });
    assert.deepEqual([await find(email, planter), await find(email)], [[kept, declined], []]);
    const token = await invitationTo(mailbox, email);
    const memberships = [`account:${server}/${kept}`, `account:${server}/${target}`];
    const done = await accept({ token, password: 'Chosen-Horse2', name: 'Real', memberships });
    assert.equal(done.http, 200, done.text);
    assert.deepEqual([await find(email, planter), await find(email)], [[kept], [target]]);
    await assertKept();
  });
});
