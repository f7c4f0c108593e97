import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startFactors } from '../../testing/scenes/second-factor.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const { service, person, post, isSignedIn, codeTo } = await startFactors();

describe('a code by e-mail as second factor', () => {
  test('is asked for from the first sign-in where createAccount said so', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'elsewhere@example.com' });
    const visitor = newVisitor(service);
    const asked = await visitor.signIn(email);
    assert.deepEqual(asked.body, { twoFactorRedirect: true, twoFactorMethods: ['otp'] });
    assertFailure(await post(visitor, 'verify-otp', { code: '123456' }), 'code_expired');
    assert.deepEqual((await post(visitor, 'send-otp')).body, { status: true });
    const code = await codeTo('elsewhere@example.com');
    await post(visitor, 'send-otp');
    const later = await codeTo('elsewhere@example.com');
    if (code !== later) assertFailure(await post(visitor, 'verify-otp', { code }), 'wrong_code');
    assert.equal((await post(visitor, 'verify-otp', { code: later })).http, 200);
    assert.ok(await isSignedIn(visitor));
  });

  test('is stored so that neither code nor cookie can be read back', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'stored@example.com' });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    await post(visitor, 'send-otp');
    const code = await codeTo('stored@example.com');
    const cookie = decodeURIComponent(visitor.cookies.get('switchboard.two_factor') ?? '');
    const [row] = await service.database.read((db) =>
      db.query<{ text: string; hashed: boolean }>(sql`
        select c::text as text, c.token_hash = sha256(${cookie.split('.')[0]}::bytea) as hashed
        from challenges c join persons p on p.id = c.person_id where p.email = ${email}`),
    );
    assert.equal(row?.hashed, true);
    assert.ok(!row.text.includes(code) && !row.text.includes(cookie.split('.')[0] ?? ''));
  });

  test('is good for five tries, and a new letter for five more', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'five@example.com' });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    await post(visitor, 'send-otp');
    const code = await codeTo('five@example.com');
    const wrong = code === '000000' ? '111111' : '000000';
    for (let n = 0; n < 5; n++)
      assertFailure(await post(visitor, 'verify-otp', { code: wrong }), 'wrong_code');
    assertFailure(await post(visitor, 'verify-otp', { code }), 'code_expired');
    await post(visitor, 'send-otp');
    const later = await codeTo('five@example.com');
    assert.equal((await post(visitor, 'verify-otp', { code: later })).http, 200);
  });

  test('sent eight times at once finishes one sign-in, once', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'once@example.com' });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    await post(visitor, 'send-otp');
    const code = await codeTo('once@example.com');
    const cookie = visitor.cookies.get('switchboard.two_factor') ?? '';
    const browsers = Array.from({ length: 8 }, () => {
      const browser = newVisitor(service);
      browser.cookies.set('switchboard.two_factor', cookie);
      return browser;
    });
    const heard = await Promise.all(browsers.map((each) => post(each, 'verify-otp', { code })));
    assert.equal(heard.filter(({ http }) => http === 200).length, 1);
    const later = newVisitor(service);
    later.cookies.set('switchboard.two_factor', cookie);
    assertFailure(await post(later, 'verify-otp', { code }), 'challenge_expired');
  });

  test('of one sign-in does not finish another', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'mine@example.com' });
    const [one, other] = [newVisitor(service), newVisitor(service)];
    await one.signIn(email);
    await other.signIn(email);
    await post(one, 'send-otp');
    const code = await codeTo('mine@example.com');
    await post(other, 'send-otp');
    const theirs = await codeTo('mine@example.com');
    if (code !== theirs) assertFailure(await post(other, 'verify-otp', { code }), 'wrong_code');
    assert.equal((await post(one, 'verify-otp', { code })).http, 200);
  });
});
