import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../../testing/mail/mail.ts';
import { accountRequest, startService, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

const PLANTED = 'Planted-Password1';
const CHOSEN = 'Chosen-Horse2';

describe('naming somebody gives nobody power over them', () => {
  let mailbox: Mailbox;
  let service: TestService;
  const server = 'online';

  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
  });

  const read = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.read((db) => db.query<Row>(statement));
  const newEmail = () => accountRequest().admin_email;
  async function tokenTo(email: string): Promise<string> {
    const { text } = await mailbox.next(email);
    return /token=(\S+)$/m.exec(text)?.[1] ?? assert.fail(text);
  }
  const accept = (token: string, body: object = {}) =>
    newVisitor(service).post('/api/invitation/accept', { token, ...body });
  /** Through the second factor that is mailed to `codesTo`. */
  async function enterCode(visitor: Visitor, codesTo: string, more: object = {}) {
    assert.equal((await visitor.post('/api/auth/two-factor/send-otp')).http, 200);
    const code = /^\d{6}$/m.exec((await mailbox.next(codesTo)).text)?.[0];
    const heard = await visitor.post('/api/auth/two-factor/verify-otp', { code, ...more });
    assert.equal(heard.http, 200, heard.text);
  }
  /** Everything that says how a person signs in, and who they are. */
  const whole = async (email: string) => ({
    persons: await read(sql`select * from persons where email = ${email}`),
    factors: await read(sql`
      select t.* from two_factors t join persons p on p.id = t.person_id where p.email = ${email}`),
    sessions: await read(sql`
      select s.* from sessions s join persons p on p.id = s.person_id where p.email = ${email}
      order by s.number`),
  });

  test('a planted password, second factor and session are gone once the victim accepts', async () => {
    const [owner, planter] = [await service.newPartner(), await service.newPartner()];
    const victim = newEmail();
    const codesTo = `eve-${victim}`;
    const bait = await service.newAccount(planter, {
      ...{ admin_email: victim, admin_password: PLANTED },
      ...{ admin_2fa: 1, admin_2fa_value: codesTo },
    });
    const eve = newVisitor(service);
    await eve.signIn(victim, PLANTED);
    await enterCode(eve, codesTo, { trustDevice: true });
    assert.equal((await eve.get(`/api/workspace/${bait}`)).http, 200);
    const { login } = await planter.loginAgent({ accountID: bait, agentID: 1, server });
    const linked = newVisitor(service);
    await linked.post(new URL(login).pathname as `/${string}`);
    assert.equal((await linked.get(`/api/workspace/${bait}`)).http, 200);
    const half = newVisitor(service);
    assert.equal((await half.signIn(victim, PLANTED)).body.twoFactorRedirect, true);
    await half.post('/api/auth/two-factor/send-otp');
    const code = /^\d{6}$/m.exec((await mailbox.next(codesTo)).text)?.[0];

    const target = await service.newAccount(owner, { admin_email: victim });
    const token = await tokenTo(victim);
    assertFailure(await eve.get(`/api/workspace/${target}`), 'not_found');
    const shown = await newVisitor(service).post('/api/invitation', { token });
    assert.equal(shown.body.sets_password, true);
    assert.equal((await accept(token, { password: CHOSEN })).http, 200);

    for (const session of [eve, linked]) {
      for (const id of [bait, target])
        assertFailure(await session.get(`/api/workspace/${id}`), 'no_session');
      assertFailure(await session.get('/api/profile'), 'no_session');
    }
    const late = await half.post('/api/auth/two-factor/verify-otp', { code });
    assertFailure(late, 'challenge_expired');
    for (const visitor of [newVisitor(service), eve])
      assertFailure(await visitor.signIn(victim, PLANTED), 'wrong_credentials');

    const own = newVisitor(service);
    const heard = await own.signIn(victim, CHOSEN);
    assert.ok(heard.body.user, 'no code is asked for');
    assert.equal((await own.get(`/api/workspace/${target}`)).http, 200);
    const { second_factor, codes_to, devices } = (await own.get('/api/profile')).body;
    assert.deepEqual([second_factor, codes_to], ['none', null]);
    // From accepting and from signing in.
    assert.equal((devices as unknown[]).length, 2);
    // Of the planter's own account the planter keeps what it always had, and nothing more.
    const link = await planter.loginAgent({ accountID: bait, agentID: 1, server });
    const again = newVisitor(service);
    await again.post(new URL(link.login).pathname as `/${string}`);
    assert.equal((await again.get(`/api/workspace/${bait}`)).http, 200);
    assertFailure(await again.get(`/api/workspace/${target}`), 'not_found');
    assertFailure(await again.get('/api/profile'), 'link_session');
  });

  test('a mailed link signs nobody in without a new password, nor while the account is off', async () => {
    const [first, second] = [await service.newPartner(), await service.newPartner()];
    const email = newEmail();
    const own = await service.newAccount(first, { admin_email: email });
    const account_id = await service.newAccount(second, { admin_email: email });
    const visitor = newVisitor(service);
    const accepting = (body: object) => visitor.post('/api/invitation/accept', body);
    for (const [partner, id] of [
      [first, own],
      [second, account_id],
    ] as const)
      await partner.updateAccount({ account_id: id, server, account_status: 0 });
    const chosen = await accepting({ token: await tokenTo(email), password: CHOSEN });
    assert.deepEqual(chosen.body, { email, account_id, partner: null, signed_in: false });
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    await second.updateAccount({ account_id, server, account_status: 1 });

    const third = await service.newAccount(await service.newPartner(), { admin_email: email });
    const { body } = await accepting({ token: await tokenTo(email) });
    assert.deepEqual(body, { email, account_id: third, partner: null, signed_in: false });
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    assert.equal((await visitor.signIn(email, CHOSEN)).http, 200);
    for (const id of [account_id, third])
      assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
  });

  test('whoever proved their address keeps password, second factor and sessions when accepting', async () => {
    const [first, second] = [await service.newPartner(), await service.newPartner()];
    const email = newEmail();
    await service.newAccount(await service.newPartner(), { admin_email: email });
    const mine = await service.newAccount(first, { admin_email: email });
    assert.equal((await accept(await tokenTo(email), { password: CHOSEN })).http, 200);
    const visitor = newVisitor(service);
    await visitor.signIn(email, CHOSEN);
    const factor = { password: CHOSEN, method: 'otp' };
    assert.equal((await visitor.post('/api/auth/two-factor/enable', factor)).http, 200);
    const before = await whole(email);

    const theirs = await service.newAccount(second, { admin_email: email });
    const token = await tokenTo(email);
    const shown = await newVisitor(service).post('/api/invitation', { token });
    assert.equal(shown.body.sets_password, false);
    assert.equal((await accept(token, { password: PLANTED, name: 'Eve' })).http, 200);
    assert.deepEqual(await whole(email), before);
    for (const id of [mine, theirs])
      assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    assertFailure(await newVisitor(service).signIn(email, PLANTED), 'wrong_credentials');
    const next = newVisitor(service);
    assert.equal((await next.signIn(email, CHOSEN)).body.twoFactorRedirect, true);
    await enterCode(next, email);
    assert.equal((await next.get(`/api/workspace/${theirs}`)).http, 200);
  });

  test("another partner's administrator stays as they are, and the answer is that of a new name", async () => {
    const [owner, other] = [await service.newPartner(), await service.newPartner()];
    const admin_email = newEmail();
    const id = await service.newAccount(owner, {
      ...{ admin_email, admin_2fa: 1, admin_2fa_value: admin_email },
    });
    const visitor = newVisitor(service);
    await visitor.signIn(admin_email);
    await enterCode(visitor, admin_email);
    assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    const before = await whole(admin_email);
    const codes = { admin_2fa: 1, admin_2fa_value: 'eve@example.com' } as const;
    const names = { admin_name: 'Eve', admin_displayName: 'Eve' };
    const named = { ...accountRequest(), ...names, ...codes, admin_password: PLANTED };
    const texts = [];
    for (const email of [newEmail(), admin_email, admin_email.toUpperCase()]) {
      const answer = await other.createAccount({ ...named, admin_email: email });
      texts.push(JSON.stringify(answer).replaceAll(/\d+/g, '#'));
    }
    assert.equal(new Set(texts).size, 1, texts.join('\n'));
    assert.deepEqual(await whole(admin_email), before);
    assertFailure(await newVisitor(service).signIn(admin_email, PLANTED), 'wrong_credentials');
    assert.equal((await visitor.get(`/api/workspace/${id}`)).http, 200);
    // The letter that asks for consent changes nothing either.
    await tokenTo(admin_email);
    assert.deepEqual(await whole(admin_email), before);
  });
});
