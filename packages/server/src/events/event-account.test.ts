import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { createReset } from '../people/passwords/password-reset.ts';
import { invitationTo, startMailbox } from '../testing/mail/mail.ts';
import { accountRequest, startService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

const server = 'online';

type Told = {
  type: string;
  account_name: string | null;
  reference: string | null;
  revision: number | null;
  agent: object | null;
};

test('events say what their account and agent were at that time', async () => {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });
  const partner = await service.newPartner();
  const email = accountRequest().admin_email;
  const named = { admin_email: email, reference: 'Ref7' };
  const account_id = await service.newAccount(partner, { account_name: 'First', ...named });
  const owner = newVisitor(service);
  const newPassword = 'Chosen-Horse2';
  const [ada] = await service.database.read((db) =>
    db.query<{ id: string }>(sql`select id from persons where email = ${email}`),
  );
  const reset = await service.database.write((db) => createReset(db, ada?.id ?? ''));
  await owner.post('/api/auth/reset-password', { token: reset, newPassword });
  await owner.signIn(email, newPassword);
  const path = `/api/workspace/${account_id}` as const;
  const other = { name: 'Bob', display_name: 'Bobby', email: accountRequest().admin_email };
  const invited = await owner.post(`${path}/agents`, { ...other, role: 'agent' });
  assert.equal(invited.http, 200, invited.text);
  const token = await invitationTo(mailbox, other.email);
  const proof = { token, password: newPassword, name: 'Bob' };
  const accepted = await newVisitor(service).post('/api/invitation/accept', proof);
  assert.equal(accepted.http, 200, accepted.text);
  await partner.updateAccount({ account_id, server, account_name: 'Second' });
  const removed = await owner.delete(`${path}/agents/2`, {});
  assert.equal(removed.http, 200, removed.text);
  await partner.deleteAccount({ accountID: account_id, server });
  await service.operator.restoreAccount({ account_id, server });
  const first = { id: 1, role: 'administrator', display_name: 'Ada' };
  const bob = { id: 2, role: 'agent', display_name: 'Bobby' };
  const events = await service.database.read((db) =>
    db.query<Told>(sql`
      select type, account_name, reference, revision, agent
      from events
      where server = ${server} and account_id = ${account_id}
      order by event_id`),
  );
  const told = events
    .filter(({ type }) => type !== 'agent.signed_in' && type !== 'login_link.used')
    .map(({ type, account_name, reference, revision, agent }) => [
      ...[type, account_name, reference, revision, agent],
    ]);
  assert.deepEqual(told, [
    ['account.created', 'First', 'Ref7', 1, null],
    ['agent.joined', 'First', 'Ref7', 1, first],
    ['agent.invited', 'First', 'Ref7', 1, bob],
    ['agent.joined', 'First', 'Ref7', 1, bob],
    ['account.updated', 'Second', 'Ref7', 2, null],
    ['agent.removed', 'Second', 'Ref7', 2, bob],
    ['account.deleted', 'Second', 'Ref7', 2, null],
    ['account.restored', 'Second', 'Ref7', 2, null],
  ]);
});
