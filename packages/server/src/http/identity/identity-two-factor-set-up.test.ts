import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generate } from 'otplib';
import sql from 'sql-template-tag';
import { codeHmac, identityKeys } from '../../people/keys.ts';
import { password, startFactors } from '../../testing/scenes/second-factor.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const { service, partner, person, signedIn, post, codeTo, setUpApp } = await startFactors();

describe('the second factor that somebody sets up', () => {
  test('of an app is set up by its first code, which stays good for a sign-in', async () => {
    const { email } = await person();
    const visitor = await signedIn(email);
    const first = (await post(visitor, 'enable', { password })).body as { totpURI: string };
    const { body } = await post(visitor, 'enable', { password });
    const { totpURI, backupCodes } = body as { totpURI: string; backupCodes: string[] };
    assert.notEqual(totpURI, first.totpURI);
    assert.equal((await post(visitor, 'get-totp-uri', { password })).body.totpURI, totpURI);
    const secret = new URL(totpURI).searchParams.get('secret') ?? '';
    assert.match(secret, /^[A-Z2-7]{52}$/);
    assert.ok((await newVisitor(service).signIn(email)).body.user, 'it is none before its code');
    const old = new URL(first.totpURI).searchParams.get('secret') ?? '';
    assertFailure(
      await post(visitor, 'verify-totp', { code: await generate({ secret: old }) }),
      'wrong_code',
    );
    const code = await generate({ secret });
    assert.equal((await post(visitor, 'verify-totp', { code })).http, 200);
    assertFailure(await post(visitor, 'get-totp-uri', { password }), 'second_factor_conflict');
    const next = newVisitor(service);
    await next.signIn(email);
    assert.equal((await post(next, 'verify-totp', { code })).http, 200);
    const last = newVisitor(service);
    await last.signIn(email);
    assert.equal((await post(last, 'verify-backup-code', { code: backupCodes[0] })).http, 200);
  });

  test('by mail is set up with a session by the password and the code', async () => {
    const { email } = await person();
    const visitor = await signedIn(email);
    await post(visitor, 'send-otp');
    const code = await codeTo(email);
    assertFailure(await post(visitor, 'verify-otp', { code }), 'request_invalid');
    assertFailure(
      await post(visitor, 'verify-otp', { code, password: 'Wrong-Horse1' }),
      'wrong_password',
    );
    const wrong = code === '000000' ? '111111' : '000000';
    assertFailure(await post(visitor, 'verify-otp', { code: wrong, password }), 'wrong_code');
    const heard = await post(visitor, 'verify-otp', { code, password });
    assert.equal((heard.body.user as { twoFactorEnabled: boolean }).twoFactorEnabled, true);
    assert.equal((await newVisitor(service).signIn(email)).body.twoFactorRedirect, true);
  });

  test('needs a sign-in that is half done, or a session', async () => {
    const { email } = await person({ admin_2fa: 1, admin_2fa_value: 'half@example.com' });
    const visitor = newVisitor(service);
    const body = { code: '123456' };
    assertFailure(await post(visitor, 'verify-otp', body), 'challenge_expired');
    await visitor.signIn(email);
    assertFailure(await post(visitor, 'enable', { password }), 'no_session');
    assertFailure(await post(visitor, 'disable', { password }), 'no_session');
    assertFailure(await post(visitor, 'verify-totp', body), 'second_factor_conflict');
    await service.database.write((db) =>
      db.query(sql`update challenges set expires_at = now() - interval '1 second'`),
    );
    for (const path of ['send-otp', 'verify-otp', 'verify-totp', 'verify-backup-code'])
      assertFailure(await post(visitor, path, body), 'challenge_expired');
  });

  test('is set up and taken away with the password only, and leaves no address of codes behind', async () => {
    const { email } = await person();
    const visitor = await signedIn(email);
    assertFailure(await post(visitor, 'enable', { password: 'Wrong-Horse1' }), 'wrong_password');
    assertFailure(
      await post(visitor, 'generate-backup-codes', { password }),
      'second_factor_conflict',
    );
    assertFailure(await post(visitor, 'get-totp-uri', { password }), 'second_factor_conflict');
    await setUpApp(visitor);
    assertFailure(await post(visitor, 'enable', { password }), 'second_factor_conflict');
    assertFailure(await post(visitor, 'get-totp-uri', { password }), 'second_factor_conflict');
    assertFailure(await post(visitor, 'disable', { password: 'Wrong-Horse1' }), 'wrong_password');
    await service.database.write((db) =>
      db.query(sql`update persons set two_factor_email = 'x@example.com' where email = ${email}`),
    );
    assert.equal((await post(visitor, 'disable', { password })).http, 200);
    const [left] = await service.database.read((db) =>
      db.query(sql`
        select p.two_factor_enabled, p.two_factor_email, count(t.person_id) as apps
        from persons p left join two_factors t on t.person_id = p.id
        where p.email = ${email} group by p.id`),
    );
    assert.deepEqual(left, { two_factor_enabled: false, two_factor_email: null, apps: 0 });
    assert.ok((await newVisitor(service).signIn(email)).body.user);
  });

  test('changed, like the password, keeps the number that the session had before a cut', async () => {
    const changes: ((visitor: Visitor, email: string) => Promise<unknown>)[] = [
      (visitor) => post(visitor, 'enable', { password, method: 'otp' }),
      (visitor) => setUpApp(visitor),
      (visitor) => post(visitor, 'disable', { password }),
      async (visitor, email) => {
        await post(visitor, 'send-otp');
        return post(visitor, 'verify-otp', { code: await codeTo(email), password });
      },
      (visitor) =>
        visitor.post('/api/auth/change-password', {
          ...{ currentPassword: password, newPassword: 'Better-Horse2' },
          revokeOtherSessions: true,
        }),
    ];
    for (const change of changes) {
      const { email, account_id } = await person();
      const visitor = await signedIn(email);
      const find = () =>
        service.database.read((db) =>
          db.query<{ id: string; kept: object }>(sql`
            select s.id, jsonb_build_object('number', s.number, 'realm', s.realm,
              'remembered', s.remembered, 'expires_at', s.expires_at) as kept
            from sessions s join persons p on p.id = s.person_id where p.email = ${email}`),
        );
      const [before] = await find();
      for (const account_status of [0, 1] as const)
        await partner.updateAccount({ server: 'online', account_id, account_status });
      await change(visitor, email);
      const [now, ...more] = await find();
      assert.equal(more.length, 0);
      assert.notEqual(now?.id, before?.id, 'the session was not replaced');
      assert.deepEqual(now?.kept, before?.kept);
      assertFailure(await visitor.get(`/api/workspace/${account_id}`), 'sign_in_again');
    }
  });

  test('has ten backup codes in letters that nobody confuses, and takes older ones in any', async () => {
    const { email } = await person();
    const { backupCodes } = await setUpApp(await signedIn(email));
    assert.equal(new Set(backupCodes).size, 10);
    for (const code of backupCodes) {
      assert.match(code, /^[a-z0-9]{5}-[a-z0-9]{5}$/);
      assert.doesNotMatch(code, /[0o1il2z5s]/);
    }
    const keys = identityKeys(service.config.secretKeys ?? []);
    await service.database.write(async (db) => {
      const [row] = await db.query<{ id: string }>(sql`
        select id from persons where email = ${email}`);
      const hmac = codeHmac(keys, row?.id ?? '', 'o0il1zs25v');
      await db.query(sql`
        insert into backup_codes (person_id, code_hmac) values (${row?.id}, ${hmac})`);
    });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    assert.equal((await post(visitor, 'verify-backup-code', { code: 'O0IL1-zs25v' })).http, 200);
  });
});
