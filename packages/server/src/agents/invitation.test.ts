import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../testing/mail.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

const PASSWORD = 'Chosen-Horse2';

describe('an invitation', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    mailbox = await startMailbox();
    service = await startService({ environment: { SMTP_URL: mailbox.url } });
    await service.operator.createServer({ server: 'second' });
    partner = await service.newPartner();
  });

  const newEmail = () => accountRequest().admin_email;
  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));
  async function inside(changes: Record<string, unknown> = {}) {
    const email = newEmail();
    const id = await service.newAccount(partner, { admin_email: email, ...changes });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    const at = `/api/workspace/${id}/agents` as const;
    const invite = (to: string, changes = {}) =>
      visitor.post(at, { email: to, name: 'Noa Levi', role: 'agent', ...changes });
    return { id, at, email, visitor, invite };
  }
  /** The token of the invitation that was mailed to this address. */
  async function mailed(to: string): Promise<string> {
    const { text } = await mailbox.next(to);
    const token = /\/invitation\?token=(swb_in_[\w-]{43})$/m.exec(text)?.[1];
    return token ?? assert.fail(text);
  }
  const look = (token: string, at = server) =>
    newVisitor(service, at).post('/api/invitation', { token });
  const accept = (token: string, body: object = {}, at: string | null = server) =>
    newVisitor(service, at).post('/api/invitation/accept', { token, ...body });
  const laterThanAMinute = () =>
    write(sql`update invitations set created_at = created_at - interval '2 minutes'`);

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
      ...{ email, name: 'Noa Levi', account_name: 'Bakery', role: 'agent', sets_password: true },
      memberships: [],
    });
    assertFailure(await newVisitor(service).signIn(email, PASSWORD), 'wrong_credentials');

    const noa = newVisitor(service);
    const acceptance = { token, password: PASSWORD, name: 'Noa L.' };
    const accepted = await noa.post('/api/invitation/accept', acceptance);
    const answer = { email, account_id: id, signed_in: true };
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

  test('works once, also when it is used many times at once', async () => {
    const { id, invite, visitor } = await inside();
    const email = newEmail();
    await invite(email);
    const token = await mailed(email);
    const heard = await Promise.all(
      Array.from({ length: 6 }, (_, n) => accept(token, { password: `${PASSWORD}-${n}` })),
    );
    assert.equal(heard.filter(({ http }) => http === 200).length, 1);
    for (const one of heard) if (one.http !== 200) assertFailure(one, 'link_over');
    const won = heard.findIndex(({ http }) => http === 200);
    assert.equal((await newVisitor(service).signIn(email, `${PASSWORD}-${won}`)).http, 200);
    assertFailure(await accept(token, { password: PASSWORD }), 'link_over');
    assertFailure(await look(token), 'link_over');
    const { body } = await visitor.get(`/api/workspace/${id}/log`);
    const types = (body.entries as { type: string }[]).map(({ type }) => type);
    assert.equal(types.filter((type) => type === 'agent.joined').length, 1);
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

  test('is replaced by a newer one, which goes out no sooner than a minute later', async () => {
    const { at, invite, visitor } = await inside();
    const [email, fence] = [newEmail(), newEmail()];
    await invite(email);
    const first = await mailed(email);
    const letters = () =>
      mailbox.all().filter(({ to, text }) => to === email && /token=/.test(text)).length;
    assert.equal((await visitor.post(`${at}/2/invitation`)).http, 200);
    // Whatever was owed to the one went out before what is owed to the other.
    await invite(fence);
    await mailed(fence);
    assert.equal(letters(), 1);
    assert.equal((await look(first)).http, 200);

    await laterThanAMinute();
    await visitor.post(`${at}/2/invitation`);
    const second = await mailed(email);
    // The letter is here a moment before the mail server says that it is.
    while ((await look(first)).http === 200);
    assertFailure(await look(first), 'link_over');
    assertFailure(await accept(first, { password: PASSWORD }), 'link_over');
    assert.equal((await accept(second, { password: PASSWORD })).http, 200);
    await laterThanAMinute();
    await visitor.post(`${at}/2/invitation`);
    await visitor.delete(`${at}/3`);
    await invite(fence);
    await mailed(fence);
    assert.equal(letters(), 2, 'who has accepted gets no more of them');
  });

  test('is over when it expired, its agent was removed, or its account deleted', async () => {
    const ends: ((account: Awaited<ReturnType<typeof inside>>) => Promise<unknown>)[] = [
      ({ id }) =>
        write(sql`
          update invitations set expires_at = now() - interval '1 second' where account_id = ${id}`),
      ({ at, visitor }) => visitor.delete(`${at}/2`),
      ({ id }) => partner.deleteAccount({ accountID: id, server }),
    ];
    for (const end of ends) {
      const account = await inside();
      const email = newEmail();
      await account.invite(email);
      const token = await mailed(email);
      assert.equal((await look(token)).http, 200);
      await end(account);
      assertFailure(await look(token), 'link_over');
      assertFailure(await accept(token, { password: PASSWORD }), 'link_over');
      assertFailure(await newVisitor(service).signIn(email, PASSWORD), 'wrong_credentials');
    }
  });

  test('opens nothing on another host, nor as anything but what was mailed', async () => {
    const { invite } = await inside();
    const email = newEmail();
    await invite(email);
    const token = await mailed(email);
    const body = { password: PASSWORD };
    for (const at of ['second', null]) assertFailure(await accept(token, body, at), 'link_over');
    assertFailure(await look(token, 'second'), 'link_over');
    for (const other of ['', 'x', token.slice(0, -1), `${token} `, token.toUpperCase()])
      assertFailure(await accept(other, body), 'link_over');
    for (const bad of [undefined, null, 5, 'x'.repeat(201)])
      assertFailure(await accept(token, { ...body, token: bad }), 'request_invalid');
    const foreign = { headers: { origin: 'http://second.localhost' } };
    const path = '/api/invitation/accept';
    const heard = await newVisitor(service).post(path, { token, ...body }, foreign);
    assertFailure(heard, 'origin_refused');
    assert.equal((await accept(token, body)).http, 200);
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
