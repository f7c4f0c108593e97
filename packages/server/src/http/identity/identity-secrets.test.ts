import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { generate } from 'otplib';
import { accountRequest, startService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const old = 'a-secret-key-of-the-tests-of-32-bytes';
const fresh = 'another-secret-key-of-the-tests-of-32';
const password = 'Correct-Horse1';

describe('SECRET_KEY=new,old', () => {
  test('keeps sessions, sign-ins under way, apps and backup codes', async () => {
    const before = await startService({ environment: { SECRET_KEY: old } });
    const after = await startService({
      environment: { SECRET_KEY: `${fresh},${old}` },
      beside: before,
    });
    const only = await startService({ environment: { SECRET_KEY: fresh }, beside: before });
    const { admin_email: email } = accountRequest();
    await before.newAccount(await before.newPartner(), { admin_email: email });
    const carried = (visitor: Visitor, service = after): Visitor => {
      const next = newVisitor(service);
      for (const [name, value] of visitor.cookies) next.cookies.set(name, value);
      return next;
    };
    const post = (visitor: Visitor, path: string, body: object) =>
      visitor.post(`/api/auth/two-factor/${path}`, body);

    const visitor = newVisitor(before);
    await visitor.signIn(email);
    const { totpURI, backupCodes } = (await post(visitor, 'enable', { password })).body as {
      totpURI: string;
      backupCodes: string[];
    };
    const secret = new URL(totpURI).searchParams.get('secret') ?? '';
    await post(visitor, 'verify-totp', { code: await generate({ secret }) });
    const halfDone = newVisitor(before);
    await halfDone.signIn(email);

    const session = carried(visitor);
    assert.ok((await session.get('/api/auth/get-session')).body.session);
    const going = carried(halfDone);
    assert.equal((await post(going, 'verify-backup-code', { code: backupCodes[0] })).http, 200);
    const next = newVisitor(after);
    await next.signIn(email);
    const code = await generate({ secret });
    assert.equal((await post(next, 'verify-totp', { code })).http, 200);

    assert.equal((await carried(visitor, only).get('/api/auth/get-session')).text, 'null');
    assert.ok((await carried(next, only).get('/api/auth/get-session')).body.session);
    const foreign = await carried(halfDone, only).post('/api/auth/two-factor/send-otp');
    assertFailure(foreign, 'challenge_expired');
    const keyless = newVisitor(only);
    await keyless.signIn(email);
    assertFailure(await post(keyless, 'verify-totp', { code }), 'second_factor_conflict');
  });
});
