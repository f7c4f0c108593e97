import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const newPassword = 'Better-Horse2';

describe('a new password', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
  });

  const person = async (changes = {}) => (await service.newPerson(partner, changes)).email;
  const ask = (visitor: Visitor, email: string, headers = {}) =>
    visitor.post('/api/auth/request-password-reset', { email }, { headers });
  const reset = (visitor: Visitor, body: object) => visitor.post('/api/auth/reset-password', body);
  async function linkTo(email: string): Promise<URL> {
    const { text } = await mailbox.next(email);
    return new URL(/^http\S+$/m.exec(text)?.[0] ?? assert.fail(text));
  }
  const tokenTo = async (email: string) => (await linkTo(email)).searchParams.get('token') ?? '';
  const set = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));

  test('is asked for by mail, set with its link once, and ends every session and sign-in under way', async () => {
    const email = await person();
    const old = newVisitor(service);
    await old.signIn(email);
    await set(sql`
      update persons set email_proved_at = now(), two_factor_enabled = true where email = ${email}`);
    const halfDone = newVisitor(service);
    await halfDone.signIn(email);
    const visitor = newVisitor(service);
    const heard = await ask(visitor, ` ${email.toUpperCase()}`);
    assert.equal(heard.http, 200);
    const token = await tokenTo(email);
    await ask(visitor, email);
    const second = await tokenTo(email);
    const weak = await reset(visitor, { token, newPassword: 'password' });
    assertFailure(weak, 'password_invalid');
    assert.equal((weak.body.error as { parameter: string }).parameter, 'newPassword');
    assert.deepEqual((await reset(visitor, { token, newPassword })).body, { status: true });
    for (const used of [token, second])
      assertFailure(
        await reset(visitor, { token: used, newPassword: 'Third-Horse3' }),
        'link_over',
      );
    assert.equal((await old.get('/api/auth/get-session')).text, 'null');
    assertFailure(await halfDone.post('/api/auth/two-factor/send-otp'), 'challenge_expired');
    assertFailure(await visitor.signIn(email), 'wrong_credentials');
    const next = await visitor.signIn(email, newPassword);
    assert.equal(next.body.twoFactorRedirect, true, 'the second factor of a proved address stays');
  });

  test('proves the address, which drops whatever somebody else may have planted', async () => {
    const email = await person({ admin_2fa: 1, admin_2fa_value: 'planted@example.com' });
    const visitor = newVisitor(service);
    await ask(visitor, email);
    await reset(visitor, { token: await tokenTo(email), newPassword });
    const [row] = await service.database.read((db) =>
      db.query(sql`
        select email_proved_at is not null as proved, two_factor_enabled, two_factor_email
        from persons where email = ${email}`),
    );
    assert.deepEqual(row, {
      proved: true,
      two_factor_enabled: false,
      two_factor_email: null,
    });
    assert.ok((await visitor.signIn(email, newPassword)).body.user);
  });

  test('is mailed in the language of the account to somebody who chose none', async () => {
    const { email, account_id } = await service.newPerson(partner);
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    await ask(visitor, email);
    assert.match((await mailbox.next(email)).subject, /password/);
    const path = `/api/workspace/${account_id}/settings` as const;
    assert.equal((await visitor.patch(path, { language: 'he' })).http, 200);
    await ask(visitor, email);
    assert.match((await mailbox.next(email)).subject, /סיסמה/);
  });

  test('has a link of the site where it was asked for, whatever the headers say, in the language of the person', async () => {
    const email = await person();
    const port = new URL(service.baseUrl).port;
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    for (const [server, origin] of [
      ['online', `http://online.localhost:${port}`],
      ['beside', `http://beside.localhost:${port}`],
      [null, `http://localhost:${port}`],
    ] as const) {
      await ask(newVisitor(service, server), email, headers);
      const link = await linkTo(email);
      assert.deepEqual([link.origin, link.pathname], [origin, '/reset-password']);
    }
    await set(sql`update persons set language = 'he' where email = ${email}`);
    await ask(newVisitor(service), email);
    assert.match((await mailbox.next(email)).subject, /[א-ת]/);
  });

  test('of an unknown address is answered the same, without a letter', async () => {
    const email = await person();
    const visitor = newVisitor(service);
    const known = await ask(visitor, email);
    const unknown = await ask(visitor, 'nobody@example.com');
    assert.deepEqual(
      [unknown.http, unknown.text, unknown.headers['set-cookie']],
      [known.http, known.text, undefined],
    );
    await mailbox.next(email);
    assert.deepEqual(
      mailbox.all().filter(({ to }) => to === 'nobody@example.com'),
      [],
    );
  });

  test('is asked for as well while the mail server is away', async () => {
    const environment = { SMTP_URL: 'smtp://127.0.0.1:1' };
    const service2 = await startService({ beside: service, environment });
    const heard = await ask(newVisitor(service2), await person());
    assert.equal(heard.http, 200);
  });

  test('needs a token that exists and has not expired', async () => {
    const email = await person();
    const visitor = newVisitor(service);
    for (const token of ['', 'x', '0'.repeat(24), "'"])
      assertFailure(await reset(visitor, { token, newPassword }), 'link_over');
    for (const token of ['\0', 'a\0b', '\ud800', 'x'.repeat(5000), 1, null, undefined])
      assertFailure(await reset(visitor, { token, newPassword }), 'request_invalid');
    await ask(visitor, email);
    const token = await tokenTo(email);
    await set(sql`update password_resets set expires_at = now() - interval '1 second'`);
    assertFailure(await reset(visitor, { token, newPassword }), 'link_over');
    const [row] = await service.database.read(async (db) => {
      await ask(visitor, email);
      return db.query<{ seconds: number }>(sql`
        select extract(epoch from max(expires_at) - now())::integer as seconds from password_resets`);
    });
    assert.ok(Math.abs((row?.seconds ?? 0) - 3600) < 30, 'it is good for an hour');
  });

  test('is set by whoever is signed in and knows the old one', async () => {
    const email = await person();
    const [here, there] = [newVisitor(service), newVisitor(service)];
    await here.signIn(email);
    await there.signIn(email);
    const change = (body: object) => here.post('/api/auth/change-password', body);
    const currentPassword = 'Correct-Horse1';
    assertFailure(await change({ currentPassword: 'Wrong-Horse1', newPassword }), 'wrong_password');
    for (const weak of [
      '',
      'Sh0rt-1',
      'password123',
      'Qwertyuiop',
      'Ada Admin!',
      email,
      email.toUpperCase(),
      'x'.repeat(129),
    ])
      assertFailure(await change({ currentPassword, newPassword: weak }), 'password_invalid');
    assert.equal((await change({ currentPassword, newPassword })).http, 200);
    assert.ok((await there.get('/api/auth/get-session')).body.session);
    const again = { currentPassword: newPassword, newPassword: 'Third-Horse3' };
    assert.equal((await change({ ...again, revokeOtherSessions: true })).http, 200);
    assert.equal((await there.get('/api/auth/get-session')).text, 'null');
    assert.ok((await here.get('/api/auth/get-session')).body.session);
    assert.equal((await there.signIn(email, 'Third-Horse3')).http, 200);
    assertFailure(await newVisitor(service).post('/api/auth/change-password', again), 'no_session');
  });
});
