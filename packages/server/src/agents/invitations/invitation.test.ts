import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { newEmail, PASSWORD, startInvitations } from '../../testing/scenes/invitation.ts';
import { accountRequest } from '../../testing/service.ts';
import { assertFailure, newVisitor } from '../../testing/visitor.ts';

const { mailbox, service, partner, server, inside, mailed, look, accept } =
  await startInvitations();

describe('an invitation', () => {
  test('is mailed to somebody new, who sets a password and enters', async () => {
    const { id, invite } = await inside({ account_name: 'Bakery' });
    const email = newEmail();
    assert.equal((await invite(email)).body.state, 'waiting');
    const letter = await mailbox.next(email);
    assert.equal(letter.subject, 'Invitation to Bakery');
    assert.match(letter.text, /^Ada invites you to be an agent of the account “Bakery”\.$/m);
    assert.match(letter.text, /^Service provider: A partner$/m);
    const link = new URL(/^http\S+$/m.exec(letter.text)?.[0] ?? assert.fail(letter.text));
    assert.equal(link.origin, newVisitor(service).origin);
    const token = link.searchParams.get('token') ?? '';
    assert.deepEqual((await look(token)).body, {
      ...{ email, name: 'Noa Levi', account_name: 'Bakery', partner_name: null, role: 'agent' },
      ...{ sets_password: true, memberships: [] },
    });
    assertFailure(await newVisitor(service).signIn(email, PASSWORD), 'wrong_credentials');

    const noa = newVisitor(service);
    const acceptance = { token, password: PASSWORD, name: 'Noa L.' };
    const accepted = await noa.post('/api/invitation/accept', acceptance);
    const answer = { email, account_id: id, partner: null, signed_in: true };
    assert.deepEqual([accepted.http, accepted.body], [200, answer]);
    assert.equal((await noa.get(`/api/workspace/${id}`)).http, 200);
    const again = newVisitor(service);
    assert.equal((await again.signIn(email, PASSWORD)).http, 200);
    assert.equal((await again.get(`/api/workspace/${id}`)).http, 200);
    assert.deepEqual((await noa.get('/api/workspace')).body.person, {
      ...{ name: 'Noa L.', email, language: null },
    });
    const kept = await service.database.read((db) =>
      db.query<{ token_hash: Buffer }>(sql`select token_hash from invitations`),
    );
    for (const { token_hash } of kept) assert.equal(token_hash.length, 32);
  });

  test('wants a password where one is due, and a good one', async () => {
    const { invite } = await inside();
    const email = newEmail();
    await invite(email);
    const token = await mailed(email);
    for (const password of [
      undefined,
      null,
      '',
      'short',
      'Password1',
      'LeviLevi1',
      'x'.repeat(129),
    ]) {
      const heard = await accept(token, { password });
      assertFailure(heard, typeof password === 'string' ? 'password_invalid' : 'request_invalid');
      assert.equal((heard.body.error as { parameter: string }).parameter, 'password');
    }
    assertFailure(await accept(token, { password: PASSWORD, name: 'a\nb' }), 'request_invalid');
    assert.equal((await accept(token, { password: PASSWORD })).http, 200);
  });

  test('reaches one person, however the domain of the address is written', async () => {
    const { at, invite, visitor } = await inside();
    const written = ['info&co@דוגמה.ישראל', 'info&co@XN--6DBBEC0C.xn--4dbrk0ce'];
    const kept = 'info&co@xn--6dbbec0c.xn--4dbrk0ce';
    const heard = await invite(written[0]!);
    assert.equal(heard.body.email, kept);
    for (const again of written) assertFailure(await invite(again), 'already_agent');
    const token = await mailed(kept);
    assert.equal((await accept(token, { password: PASSWORD })).body.email, kept);
    for (const email of [...written, ' INFO&CO@דוגמה.ישראל '])
      assert.equal((await newVisitor(service).signIn(email, PASSWORD)).http, 200, email);

    await newVisitor(service).post('/api/auth/request-password-reset', { email: written[0] });
    assert.match((await mailbox.next(kept)).text, /reset-password\?token=/);
    await partner.createAccount({ ...accountRequest(), admin_email: written[1]! });
    const persons = await service.database.read((db) =>
      db.query(sql`select from persons where email like 'info&co@%'`),
    );
    assert.equal(persons.length, 1);

    const settings = at.replace('/agents', '/settings') as `/${string}`;
    const saved = await visitor.patch(settings, { support_email: written[0] });
    assert.equal(saved.body.support_email, kept, saved.text);
    const email = newEmail();
    const codes = { admin_2fa: 1, admin_2fa_value: written[0] };
    await service.newAccount(partner, { admin_email: email, ...codes });
    const half = newVisitor(service);
    await half.signIn(email);
    await half.post('/api/auth/two-factor/send-otp');
    assert.match((await mailbox.next(kept, /^\d{6}$/m)).subject, /code/);
  });

  test('is not needed under the same partner: a letter says that the account is open', async () => {
    const { id, invite } = await inside({ account_name: 'Bakery' });
    const known = await inside();
    assert.equal((await invite(known.email)).body.state, 'open');
    assert.equal((await known.visitor.get(`/api/workspace/${id}`)).http, 200);
    const letter = await mailbox.next(known.email);
    assert.equal(letter.subject, 'You now have access to Bakery');
    assert.match(letter.text, new RegExp(`^${newVisitor(service).origin}/sign-in$`, 'm'));
    assert.doesNotMatch(letter.text, /token/);
  });

  test('keeps somebody of another partner out until they accept it', async () => {
    const known = await inside();
    const other = await service.newPartner();
    const accountID = await service.newAccount(other, { admin_email: known.email });
    const token = await mailed(known.email);
    const input = { accountID, agentID: 1, server };
    await assert.rejects(
      other.loginAgent(input),
      (error) => error instanceof Refusal && error.reason === 'agent_not_found',
    );
    assertFailure(await known.visitor.get(`/api/workspace/${accountID}`), 'not_found');
    assert.equal((await accept(token, { password: PASSWORD })).http, 200);
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(known.email, PASSWORD)).http, 200);
    for (const id of [accountID, known.id])
      assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    assert.ok((await other.loginAgent(input)).login);
  });

  test('is in the language of the person, else of the account', async () => {
    const { id, invite, visitor } = await inside();
    await visitor.patch(`/api/workspace/${id}/settings`, { language: 'he' });
    const email = newEmail();
    await invite(email);
    assert.match((await mailbox.next(email)).subject, /\p{Script=Hebrew}/u);
    const known = await inside();
    await known.visitor.patch('/api/profile', { language: 'en' });
    await invite(known.email);
    assert.match((await mailbox.next(known.email)).subject, /^You now have access/);
  });
});
