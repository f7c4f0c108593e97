import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generate } from 'otplib';
import sql from 'sql-template-tag';
import { password, startFactors } from '../../testing/scenes/second-factor.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const { service, person, signedIn, post, isSignedIn, codeTo, setUpApp } = await startFactors();

describe('the second factor', () => {
  test('by an app is asked for at the next sign-in, and the right code makes the session', async () => {
    const { email } = await person();
    const visitor = await signedIn(email);
    const { secret } = await setUpApp(visitor);
    assert.ok(await isSignedIn(visitor), 'the session was replaced');
    const next = newVisitor(service);
    const asked = await next.signIn(email);
    assert.deepEqual(asked.body, { twoFactorRedirect: true, twoFactorMethods: ['totp', 'otp'] });
    assert.deepEqual([...next.cookies.keys()], ['switchboard.two_factor']);
    assert.equal(await isSignedIn(next), false);
    assert.deepEqual(
      next.setCookies.filter((set) => /^switchboard\.session=[^;]/.test(set)),
      [],
      'the token of the session that was deleted left',
    );
    assertFailure(await post(next, 'verify-totp', { code: '000000' }), 'wrong_code');
    const heard = await post(next, 'verify-totp', { code: ` ${await generate({ secret })} ` });
    assert.ok(heard.body.user && !('token' in heard.body), heard.text);
    assert.deepEqual([...next.cookies.keys()], ['switchboard.session', 'switchboard.device']);
    assert.ok(await isSignedIn(next));
    assert.equal((await next.get('/api/workspace')).http, 200);
  });

  test('by an app takes each code once, also when it is sent many times at once', async () => {
    const { email } = await person();
    const { secret } = await setUpApp(await signedIn(email));
    const code = await generate({ secret });
    const visitors = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const visitor = newVisitor(service);
        await visitor.signIn(email);
        return visitor;
      }),
    );
    const heard = await Promise.all(
      visitors.map((visitor) => post(visitor, 'verify-totp', { code })),
    );
    assert.deepEqual(heard.map(({ http }) => http).sort(), [200, 401, 401, 401, 401]);
    const late = newVisitor(service);
    await late.signIn(email);
    assertFailure(await post(late, 'verify-totp', { code }), 'wrong_code');
  });

  test('by an app leaves no mail to an address that somebody else chose', async () => {
    const codes = 'planted@example.com';
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: codes });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    await post(visitor, 'send-otp');
    await post(visitor, 'verify-otp', { code: await codeTo(codes) });
    await setUpApp(visitor);
    const next = newVisitor(service);
    await next.signIn(email);
    await post(next, 'send-otp');
    assert.equal((await post(next, 'verify-otp', { code: await codeTo(email) })).http, 200);
  });

  test('by a backup code works once', async () => {
    const { email } = await person();
    const { backupCodes } = await setUpApp(await signedIn(email));
    const [code] = backupCodes;
    const first = newVisitor(service);
    await first.signIn(email);
    const body = { code, disableSession: true };
    assert.equal((await post(first, 'verify-backup-code', body)).http, 200);
    assert.ok(await isSignedIn(first));
    const second = newVisitor(service);
    await second.signIn(email);
    assertFailure(await post(second, 'verify-backup-code', { code }), 'wrong_code');
    const fresh = await post(first, 'generate-backup-codes', { password });
    const [newCode] = fresh.body.backupCodes as string[];
    assertFailure(await post(second, 'verify-backup-code', { code: backupCodes[1] }), 'wrong_code');
    assert.equal((await post(second, 'verify-backup-code', { code: newCode })).http, 200);
  });

  test('is asked for every time: no device is trusted', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'trust@example.com' });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    await post(visitor, 'send-otp');
    const code = await codeTo('trust@example.com');
    assert.equal((await post(visitor, 'verify-otp', { code, trustDevice: true })).http, 200);
    await visitor.post('/api/auth/sign-out');
    const again = await visitor.signIn(email);
    assert.equal(again.body.twoFactorRedirect, true);
  });

  test('by an app or a backup code is good for five tries in one sign-in', async () => {
    const { email } = await person();
    const { secret, backupCodes } = await setUpApp(await signedIn(email));
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    for (const path of ['verify-totp', 'verify-backup-code', 'verify-totp'] as const)
      assertFailure(await post(visitor, path, { code: '000000' }), 'wrong_code');
    for (let n = 0; n < 2; n++)
      assertFailure(
        await post(visitor, 'verify-backup-code', { code: 'aaaaa-aaaaa' }),
        'wrong_code',
      );
    const right = { code: await generate({ secret }) };
    assertFailure(await post(visitor, 'verify-totp', right), 'code_expired');
    assertFailure(
      await post(visitor, 'verify-backup-code', { code: backupCodes[0] }),
      'code_expired',
    );
    const next = newVisitor(service);
    await next.signIn(email);
    assert.equal((await post(next, 'verify-totp', right)).http, 200);
  });

  test('is asked for in five sign-ins from one network at once; a sixth ends the oldest', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'six@example.com' });
    const visitors = Array.from({ length: 6 }, () => newVisitor(service));
    for (const visitor of visitors) await visitor.signIn(email);
    const [oldest, second] = visitors;
    assertFailure(await post(oldest ?? assert.fail(), 'send-otp'), 'challenge_expired');
    assert.equal((await post(second ?? assert.fail(), 'send-otp')).http, 200);
  });

  test('is given within ten minutes, and keeps that nobody is to be remembered', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'brief@example.com' });
    const visitor = newVisitor(service);
    const body = { email, password, rememberMe: false };
    await visitor.post('/api/auth/sign-in/email', body);
    const cookieOf = (name: string) =>
      visitor.setCookies.find((set) => new RegExp(`^switchboard.${name}=[^;]`).test(set)) ?? '';
    assert.match(cookieOf('two_factor'), /Max-Age=600;/);
    const [challenge] = await service.database.read((db) =>
      db.query<{ seconds: number }>(sql`
        select extract(epoch from c.expires_at - c.created_at)::integer as seconds
        from challenges c join persons p on p.id = c.person_id where p.email = ${email}`),
    );
    assert.equal(challenge?.seconds, 600);
    await post(visitor, 'send-otp');
    await post(visitor, 'verify-otp', { code: await codeTo('brief@example.com') });
    assert.match(cookieOf('session'), /HttpOnly/i);
    assert.doesNotMatch(cookieOf('session'), /Max-Age|Expires/);
    const [session] = await service.database.read((db) =>
      db.query<{ hours: number }>(sql`
        select extract(epoch from s.expires_at - s.created_at)::integer / 3600 as hours
        from sessions s join persons p on p.id = s.person_id where p.email = ${email}`),
    );
    assert.equal(session?.hours, 24);
  });

  test('of an app that was never confirmed is not offered', async () => {
    const { email } = await person();
    const visitor = await signedIn(email);
    await post(visitor, 'enable', { password, method: 'otp' });
    await post(visitor, 'enable', { password });
    const asked = await newVisitor(service).signIn(email);
    assert.deepEqual(asked.body, { twoFactorRedirect: true, twoFactorMethods: ['otp'] });
  });

  test('ends the browser’s earlier session before it is given', async () => {
    const [{ email: first }, { email: second }] = [
      await person(),
      await person({ admin_2fa: 1, admin_2fa_value: 'second@example.com' }),
    ];
    const visitor = await signedIn(first);
    const cookie = visitor.cookies.get('switchboard.session') ?? '';
    await visitor.signIn(second);
    const thief = newVisitor(service);
    thief.cookies.set('switchboard.session', cookie);
    assert.equal(await isSignedIn(thief), false);
  });

  test('by one backup code sent eight times at once works once', async () => {
    const { email } = await person();
    const { backupCodes } = await setUpApp(await signedIn(email));
    const [code = ''] = backupCodes;
    const visitors = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const visitor = newVisitor(service);
        await visitor.signIn(email);
        return visitor;
      }),
    );
    const heard = await Promise.all(
      visitors.map((visitor, n) => {
        const typed = n % 2 ? code.replace('-', ' ').toUpperCase() : code.replace('-', '');
        return post(visitor, 'verify-backup-code', { code: typed });
      }),
    );
    assert.equal(heard.filter(({ http }) => http === 200).length, 1);
  });
});
