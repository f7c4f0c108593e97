import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

describe('the right password', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  let port: string;
  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
    port = new URL(service.baseUrl).port;
  });

  const email = () => accountRequest().admin_email;
  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));
  const newAccount = (admin_email: string, changes = {}) =>
    service.newAccount(partner, { admin_email, ...changes });
  const update = (account_id: number, account_status: 0 | 1, server = 'online') =>
    partner.updateAccount({ server, account_id, account_status });
  /** Signs in at a server, or at the console; nothing may be left of a refusal. */
  async function signIn(admin_email: string, server: string | null = 'online') {
    const visitor = newVisitor(service, server);
    const heard = await visitor.signIn(admin_email);
    if (heard.http !== 200) {
      assert.deepEqual(visitor.setCookies, []);
      const left = await service.database.read((db) =>
        db.query(sql`
          select s.id from sessions s join persons p on p.id = s.person_id
          where p.email = ${admin_email}
          union all
          select c.id from challenges c join persons p on p.id = c.person_id
          where p.email = ${admin_email}`),
      );
      assert.deepEqual(left, []);
    }
    return heard;
  }

  test('enters where an account is on', async () => {
    const admin = email();
    const off = await newAccount(admin);
    await newAccount(admin);
    await update(off, 0);
    assert.equal((await signIn(admin)).http, 200);
  });

  test('of one account that is off is told its name and whom to ask', async () => {
    const admin = email();
    await write(sql`
      update partners set support_name = 'Help', support_url = 'https://help.example',
        support_email = 'help@example.com'
      where partner_id = ${partner.partner}`);
    const off = await newAccount(admin, { account_name: 'Bakery' });
    await update(off, 0);
    const heard = await signIn(admin);
    assertFailure(heard, 'account_disabled');
    const { code, message: _, ...details } = heard.body.error as Record<string, unknown>;
    assert.deepEqual(details, {
      account_name: 'Bakery',
      support: { name: 'Help', url: 'https://help.example', email: 'help@example.com' },
    });
    const second = await newAccount(admin);
    await update(second, 0);
    const both = (await signIn(admin)).body.error as Record<string, unknown>;
    assert.deepEqual([both.code, 'account_name' in both], [code, false]);
    await update(off, 1);
    assert.equal((await signIn(admin)).http, 200);
  });

  test('enters where somebody waits to be accepted', async () => {
    const admin = email();
    const off = await newAccount(admin);
    await update(off, 0);
    assertFailure(await signIn(admin), 'account_disabled');
    const other = await service.newPartner();
    await other.createAccount({ ...accountRequest(), admin_email: admin });
    assert.equal((await signIn(admin)).http, 200);
  });

  test('is sent to the servers where the accounts are', async () => {
    const admin = email();
    await newAccount(admin, { server: 'beside' });
    const heard = await signIn(admin);
    assertFailure(heard, 'other_server');
    const { addresses } = heard.body.error as { addresses: string[] };
    assert.deepEqual(addresses, [`http://beside.localhost:${port}`]);
    assert.equal((await signIn(admin, 'beside')).http, 200);
  });

  test('of a deleted account is as if there had been none', async () => {
    const admin = email();
    const gone = await newAccount(admin);
    await update(gone, 0);
    await partner.deleteAccount({ server: 'online', accountID: gone });
    assertFailure(await signIn(admin), 'no_account');
  });

  test('is refused before a second factor is asked for, and once more after it', async () => {
    const admin = email();
    const codes = { admin_2fa: 1, admin_2fa_value: admin } as const;
    const account_id = await newAccount(admin, codes);
    const visitor = newVisitor(service);
    const asked = await visitor.signIn(admin);
    assert.deepEqual(asked.body, { twoFactorRedirect: true, twoFactorMethods: ['otp'] });
    assert.equal((await visitor.post('/api/auth/two-factor/send-otp')).http, 200);
    await update(account_id, 0);
    const code = /^\d{6}$/m.exec((await mailbox.next(admin)).text)?.[0];
    const cookies = visitor.setCookies.length;
    const heard = await visitor.post('/api/auth/two-factor/verify-otp', { code });
    assertFailure(heard, 'account_disabled');
    assert.equal(visitor.setCookies.length, cookies);
    const refused = await signIn(admin);
    assertFailure(refused, 'account_disabled');
    assert.equal(refused.headers['set-cookie'], undefined);
  });

  test('crossing a cut lets nobody in, then or after switching on, and nothing is mailed', async () => {
    const admin = email();
    const account_id = await newAccount(admin, { admin_2fa: 1, admin_2fa_value: admin });
    const visitors = [newVisitor(service), newVisitor(service)] as const;
    const [one, other] = visitors;
    for (const visitor of visitors) await visitor.signIn(admin);
    await one.post('/api/auth/two-factor/send-otp');
    const code = /^\d{6}$/m.exec((await mailbox.next(admin)).text)?.[0];
    await update(account_id, 0);
    await update(account_id, 1);
    const letters = mailbox.all().length;
    assertFailure(await other.post('/api/auth/two-factor/send-otp'), 'sign_in_again');
    assertFailure(await one.post('/api/auth/two-factor/verify-otp', { code }), 'sign_in_again');
    for (const visitor of visitors) {
      assert.equal(visitor.cookies.has('switchboard.session'), false);
      assertFailure(
        await visitor.post('/api/auth/two-factor/verify-otp', { code }),
        'challenge_expired',
      );
    }
    assert.equal(mailbox.all().length, letters);
  });

  test('enters the console for whoever works for a partner that is not suspended', async () => {
    const admin = email();
    await newAccount(admin);
    assertFailure(await signIn(admin, null), 'not_a_member');
    const other = await service.newPartner();
    const join = (partner_id: number, state: string) =>
      write(sql`
        insert into members (partner_id, person_id, role, state)
        select ${partner_id}, id, 'administrator', ${state} from persons where email = ${admin}`);
    await join(partner.partner, 'waiting');
    assertFailure(await signIn(admin, null), 'not_a_member');
    await join(other.partner, 'open');
    assert.equal((await signIn(admin, null)).http, 200);
    await write(sql`delete from sessions`);
    await service.operator.suspendPartner({ partner: other.partner });
    assertFailure(await signIn(admin, null), 'partner_suspended');
    assert.equal((await signIn(admin)).http, 200);
  });
});
