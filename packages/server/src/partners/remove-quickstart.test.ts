import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { startMailbox } from '../testing/mail/mail.ts';
import { accountRequest, startService } from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

const server = 'online';

test('removing the quick start ends its links, their sessions, and half-done sign-ins, on both nodes', async () => {
  const mailbox = await startMailbox();
  const service = await startService({ environment: { SMTP_URL: mailbox.url } });
  const beside = await startService({ beside: service });
  const partner = await service.newPartner();
  const email = accountRequest().admin_email;
  const codes = { admin_2fa: 1, admin_2fa_value: email };
  const account = await service.newAccount(partner, { admin_email: email, ...codes });
  await service.database.write((db) =>
    db.query(sql`
      insert into quickstart (credential_id, person_ids)
      select credential_id, array(select person_id from agents)
      from credentials where client_id = ${partner.clientId}`),
  );
  const half = async () => {
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).body.twoFactorRedirect, true);
    assert.equal((await visitor.post('/api/auth/two-factor/send-otp')).http, 200);
    const code = /^\d{6}$/m.exec((await mailbox.next(email)).text)?.[0];
    return { visitor, code };
  };
  const entered = await half();
  const path = '/api/auth/two-factor/verify-otp';
  assert.equal((await entered.visitor.post(path, { code: entered.code })).http, 200);
  const waiting = await half();
  const link = async () =>
    new URL((await partner.loginAgent({ accountID: account, agentID: 1, server })).login)
      .pathname as `/${string}`;
  const linked = newVisitor(service);
  assert.equal((await linked.post(await link())).http, 303);
  const unused = await link();

  await beside.operator.removeQuickstart();
  for (const node of [service, beside]) {
    for (const { cookies } of [entered.visitor, linked]) {
      const visitor = newVisitor(node);
      for (const pair of cookies) visitor.cookies.set(...pair);
      assertFailure(await visitor.get(`/api/workspace/${account}`), 'no_session');
      assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
    }
    assert.equal((await newVisitor(node).post(unused)).http, 410);
  }
  const late = await waiting.visitor.post(path, { code: waiting.code });
  assertFailure(late, 'challenge_expired');
  assertFailure(await newVisitor(service).signIn(email), 'wrong_credentials');
});
