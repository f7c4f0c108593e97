import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generate } from 'otplib';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { newVisitor, type Visitor } from '../../testing/visitor.ts';

const password = 'Correct-Horse1';

describe('what happens to somebody’s own way in', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    partner = await service.newPartner();
  });

  const person = async (changes = {}) => (await service.newPerson(partner, changes)).email;
  async function signedIn(email: string): Promise<Visitor> {
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    return visitor;
  }
  /** The subject of the next letter to that address. */
  const told = async (email: string) => (await mailbox.next(email, /forgot-password/)).subject;
  const events = (email: string) =>
    service.database.read((db) =>
      db.query<{ type: string; changes: Record<string, unknown>; text: string }>(sql`
        select e.type, e.changes, e::text as text
        from events e join persons p on p.id::text = e.subject
        where p.email = ${email} and e.type like 'person.%'
        order by e.event_id`),
    );
  const post = (visitor: Visitor, path: string, body?: object) =>
    visitor.post(`/api/auth/${path}`, body);

  test('is told by mail and recorded, without a secret: password, factors, sign-ins', async () => {
    const email = await person();
    const visitor = await signedIn(email);
    const newPassword = 'Better-Horse2';
    await post(visitor, 'change-password', { currentPassword: password, newPassword });
    assert.match(await told(email), /password/i);
    const { body } = await post(visitor, 'two-factor/enable', { password: newPassword });
    const { totpURI, backupCodes } = body as { totpURI: string; backupCodes: string[] };
    const secret = new URL(totpURI).searchParams.get('secret') ?? '';
    const code = await generate({ secret });
    await post(visitor, 'two-factor/verify-totp', { code });
    assert.equal(await told(email), 'A second factor was added');
    await post(visitor, 'two-factor/generate-backup-codes', { password: newPassword });
    assert.equal(await told(email), 'New backup codes were made');
    await post(visitor, 'two-factor/disable', { password: newPassword });
    assert.equal(await told(email), 'A second factor was removed');
    await post(visitor, 'sign-out');
    const all = await events(email);
    assert.deepEqual(
      all.map(({ type }) => type),
      ['person.signed_in', ...Array<string>(4).fill('person.changed'), 'person.signed_out'],
    );
    assert.deepEqual(all[1]?.changes, { password: { from: null, to: 'set' } });
    assert.deepEqual(all[2]?.changes, { second_factor: { from: 'none', to: 'app' } });
    const kept = all.map(({ text }) => text).join('\n');
    for (const hidden of [password, newPassword, secret, code, ...backupCodes])
      assert.ok(!kept.includes(hidden));
  });

  test('includes codes by mail that were added or removed', async () => {
    const email = await person();
    const visitor = await signedIn(email);
    await post(visitor, 'two-factor/enable', { password, method: 'otp' });
    assert.equal(await told(email), 'A second factor was added');
    await post(visitor, 'two-factor/disable', { password });
    assert.equal(await told(email), 'A second factor was removed');
  });

  test('includes a sign-in from a new browser when none is known any more', async () => {
    const email = await person();
    const first = await signedIn(email);
    assert.equal((await post(first, 'revoke-sessions')).http, 200);
    await newVisitor(service).signIn(email);
    await mailbox.next(email, /forgot-password/);
  });

  test('includes a sign-in from a browser that is new, but not the very first', async () => {
    const email = await person();
    const first = await signedIn(email);
    await post(first, 'sign-out');
    await first.signIn(email);
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' };
    await newVisitor(service).signIn(email, undefined, { headers });
    const letter = await mailbox.next(email, /forgot-password/);
    assert.match(letter.text, /Firefox/);
    assert.match(letter.text, /127\.0\.0\.1/);
    assert.equal(mailbox.all().filter(({ to }) => to === email).length, 1);
  });

  test('includes ten wrong codes: somebody knows the password', async () => {
    const codes = 'wrong-codes@example.com';
    const email = await person({ admin_2fa: 1, admin_2fa_value: codes });
    for (let signIn = 0; signIn < 2; signIn++) {
      const visitor = await signedIn(email);
      await post(visitor, 'two-factor/send-otp');
      const right = /^\d{6}$/m.exec((await mailbox.next(codes)).text)?.[0];
      const code = right === '000000' ? '111111' : '000000';
      for (let n = 0; n < 5; n++) await post(visitor, 'two-factor/verify-otp', { code });
    }
    assert.match(await told(email), /code/i);
    const types = (await events(email)).map(({ type }) => type);
    assert.deepEqual(types, ['person.blocked']);
  });

  test('includes a password that was reset, with the accounts that are open from then on', async () => {
    const email = await person({ account_name: 'Bakery North' });
    const visitor = newVisitor(service);
    await post(visitor, 'request-password-reset', { email });
    const token = /token=(\S+)$/m.exec((await mailbox.next(email)).text)?.[1];
    await post(visitor, 'reset-password', { token, newPassword: 'Better-Horse2' });
    assert.match((await mailbox.next(email, /forgot-password/)).text, /Bakery North/);
    await post(visitor, 'request-password-reset', { email });
    const again = /token=(\S+)$/m.exec((await mailbox.next(email)).text)?.[1];
    await post(visitor, 'reset-password', { token: again, newPassword: 'Third-Horse33' });
    assert.match(await told(email), /password/i);
  });
});
