import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

describe('failed tries', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    mailbox = await startMailbox();
    const environment = { TRUST_PROXY: 'loopback', SMTP_URL: mailbox.url };
    service = await startService({ environment });
    partner = await service.newPartner();
  });

  /** A new person's address. */
  const person = async (changes = {}) => (await service.newPerson(partner, changes)).email;
  const codes = { admin_2fa: 1, admin_2fa_value: 'codes@example.com' };
  let networks = 0;
  /** A visitor from an address that no other test uses. */
  const from = (address = `203.0.113.${++networks}`): Visitor => {
    const visitor = newVisitor(service);
    const headers = { 'x-forwarded-for': address };
    return {
      ...visitor,
      post: (path, body) => visitor.post(path, body, { headers }),
      signIn: (email, password) => visitor.signIn(email, password, { headers }),
    };
  };
  const wrong = (visitor: Visitor, email: string) => visitor.signIn(email, 'Wrong-Horse1');
  async function fail(visitor: Visitor, email: string, times: number): Promise<void> {
    for (let n = 0; n < times; n++) assertFailure(await wrong(visitor, email), 'wrong_credentials');
  }

  test('of a person from an address: ten, then none is looked at, right or wrong', async () => {
    const [email, other] = [await person(), await person()];
    const visitor = from();
    await fail(visitor, email, 9);
    assert.equal((await visitor.signIn(email)).http, 200);
    await fail(visitor, email.toUpperCase(), 1);
    const heard = await visitor.signIn(email);
    assertFailure(heard, 'too_many_failures');
    const seconds = Number(heard.headers['retry-after']);
    assert.ok(seconds > 500 && seconds <= 600, String(seconds));
    assert.equal((await visitor.signIn(other)).http, 200);
    assert.equal((await from().signIn(email)).http, 200);
    const lost = await visitor.post('/api/auth/request-password-reset', { email });
    assert.equal(lost.http, 200, 'who forgot a password cannot ask for a new one');
  });

  test('of somebody who does not exist count the same', async () => {
    const visitor = from();
    await fail(visitor, 'nobody@example.com', 10);
    assertFailure(await wrong(visitor, 'nobody@example.com'), 'too_many_failures');
  });

  test('of an address: a hundred, and IPv6 counts by /64', async () => {
    const email = await person();
    const names = Array.from({ length: 100 }, (_, n) => `nobody-${n}@example.com`);
    const tries = names.map((name, n) => wrong(from(`2001:db8:7::${n.toString(16)}`), name));
    for (const heard of await Promise.all(tries)) assertFailure(heard, 'wrong_credentials');
    assertFailure(await from('2001:db8:7::ffff').signIn(email), 'too_many_failures');
    assert.equal((await from('2001:db8:8::1').signIn(email)).http, 200);
  });

  test('in a burst let no more than ten passwords be tried, even if one of them is right', async () => {
    const email = await person();
    const address = '203.0.113.250';
    const burst = [
      ...Array.from({ length: 40 }, () => wrong(from(address), email)),
      from(address).signIn(email),
    ];
    const heard = await Promise.all(burst);
    const count = (http: number) => heard.filter((one) => one.http === http).length;
    assert.equal(count(401), 10);
    assert.equal(count(200) + count(429), 31);
    assertFailure(await from(address).signIn(email), 'too_many_failures');
  });

  test('behind a proxy that nobody named, do not lock out everybody', async () => {
    const shared = await startService({ beside: service });
    const email = await person();
    const headers = { 'x-forwarded-for': '198.51.100.1' };
    const visitor = newVisitor(shared);
    for (let n = 0; n < 110; n += 10)
      await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          visitor.signIn(`nobody-${n + i}@example.com`, 'Wrong-Horse1', { headers }),
        ),
      );
    assert.equal((await newVisitor(shared).signIn(email, undefined, { headers })).http, 200);
  });

  test('of e-mailed codes count over several half-done sign-ins: the eleventh is not looked at', async () => {
    const email = await person(codes);
    const visitor = from();
    let tries = 0;
    for (let signIn = 0; signIn < 4; signIn++) {
      assert.equal((await visitor.signIn(email)).http, tries < 10 ? 200 : 429);
      if (tries >= 10) break;
      await visitor.post('/api/auth/two-factor/send-otp');
      const { text } = await mailbox.next('codes@example.com');
      const code = /^\d{6}$/m.exec(text)?.[0] === '000000' ? '111111' : '000000';
      for (let n = 0; n < 4 && tries < 10; n++, tries++)
        assertFailure(
          await visitor.post('/api/auth/two-factor/verify-otp', { code }),
          'wrong_code',
        );
    }
    assert.equal(tries, 10);
    for (const path of ['verify-otp', 'verify-totp', 'verify-backup-code'] as const)
      assertFailure(
        await visitor.post(`/api/auth/two-factor/${path}`, { code: '000000' }),
        'too_many_failures',
      );
  });

  test('of the password of somebody who is signed in count too', async () => {
    const email = await person();
    const visitor = from();
    await visitor.signIn(email);
    const paths = ['disable', 'enable', 'get-totp-uri'] as const;
    for (let n = 0; n < 10; n++) {
      const path = `/api/auth/two-factor/${paths[n % 2] ?? 'enable'}` as const;
      assertFailure(await visitor.post(path, { password: 'Wrong-Horse1' }), 'wrong_password');
    }
    const body = { currentPassword: 'Correct-Horse1', newPassword: 'Better-Horse2' };
    assertFailure(await visitor.post('/api/auth/change-password', body), 'too_many_failures');
  });

  test('are not what letters count as: ten of a kind to a person, nobody else is kept from theirs', async () => {
    const [email, other] = [await person(codes), await person()];
    const visitor = from();
    const ask = (address: string) =>
      visitor.post('/api/auth/request-password-reset', { email: address });
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(email)));
    assert.deepEqual([...new Set(answers.map(({ http }) => http))], [200]);
    await visitor.signIn(email);
    for (let n = 0; n < 10; n++)
      assert.equal((await visitor.post('/api/auth/two-factor/send-otp')).http, 200);
    assertFailure(await visitor.post('/api/auth/two-factor/send-otp'), 'too_many_failures');
    await Promise.all(Array.from({ length: 100 }, (_, n) => ask(`nobody-${n}@example.com`)));
    assert.equal((await ask(other)).http, 200);
    assert.equal((await visitor.signIn(other)).http, 200);
  });
});
