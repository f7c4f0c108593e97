import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Profile } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { type Mailbox, startMailbox } from '../testing/mail/mail.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../testing/visitor.ts';

describe('my profile', () => {
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

  async function person(changes: Record<string, unknown> = {}) {
    const { email, account_id: id } = await service.newPerson(partner, changes);
    const signIn = async (agent: string, at = server) => {
      const visitor = newVisitor(service, at);
      const headers = { 'user-agent': agent };
      assert.equal((await visitor.signIn(email, undefined, { headers })).http, 200);
      return visitor;
    };
    return { email, id, signIn };
  }
  async function profileOf(visitor: Visitor): Promise<Profile> {
    const { http, body, text } = await visitor.get('/api/profile');
    assert.equal(http, 200, text);
    return body as Profile;
  }

  test('shows the person, how they sign in, and every device, this one first', async () => {
    const { email, id, signIn } = await person();
    await service.newAccount(partner, { admin_email: email, server: 'second' });
    const visitor = await signIn('One');
    await signIn('Two');
    await signIn('Three', 'second');
    const { login } = await partner.loginAgent({ accountID: id, agentID: 1, server });
    await newVisitor(service).post(new URL(login).pathname as `/${string}`, undefined, {
      headers: { 'user-agent': 'Four' },
    });
    const { devices, ...rest } = await profileOf(visitor);
    assert.deepEqual(rest, {
      person: { name: 'Ada Admin', email, language: null },
      ...{ second_factor: 'none', codes_to: null },
    });
    assert.deepEqual(
      devices.map(({ user_agent, server, by_link, current, address }) => [
        ...[user_agent, server, by_link, current, address],
      ]),
      [
        ['One', server, false, true, '127.0.0.1'],
        ['Four', server, true, false, '127.0.0.1'],
        ['Three', 'second', false, false, '127.0.0.1'],
        ['Two', server, false, false, '127.0.0.1'],
      ],
    );
    const [token] = decodeURIComponent(visitor.cookies.get('switchboard.session') ?? '').split('.');
    const { text } = await visitor.get('/api/profile');
    assert.ok(token && !text.includes(token));
  });

  test('says which second factor is in force, and where codes go', async () => {
    const { email, signIn } = await person();
    const visitor = await signIn('One');
    const change = (statement: ReturnType<typeof sql>) =>
      service.database.write((db) => db.query(statement));
    const factor = async () => {
      const { second_factor, codes_to } = await profileOf(visitor);
      return [second_factor, codes_to];
    };
    await change(sql`update persons set two_factor_enabled = true where email = ${email}`);
    assert.deepEqual(await factor(), ['email', email]);
    await change(sql`update persons set two_factor_email = 'c@example.com' where email = ${email}`);
    assert.deepEqual(await factor(), ['email', 'c@example.com']);
    await change(sql`
      insert into two_factors (person_id, secret, verified, generation)
      select id, 's', true, generation from persons where email = ${email}`);
    assert.deepEqual(await factor(), ['app', null]);
  });

  test('signs out one device, or all the others', async () => {
    const { signIn } = await person();
    const [here, two, three, four] = [
      await signIn('One'),
      await signIn('Two'),
      await signIn('Three'),
      await signIn('Four'),
    ];
    const { devices } = await profileOf(here);
    const idOf = (agent: string) => devices.find(({ user_agent }) => user_agent === agent)?.id;
    assert.deepEqual((await here.delete(`/api/profile/devices/${idOf('Two')}`)).body, {});
    assertFailure(await two.get('/api/workspace'), 'no_session');
    assertFailure(await here.delete(`/api/profile/devices/${idOf('Two')}`), 'not_found');
    assert.equal((await three.get('/api/workspace')).http, 200);
    assert.deepEqual((await here.delete('/api/profile/devices')).body, { signed_out: 2 });
    for (const gone of [three, four]) assertFailure(await gone.get('/api/workspace'), 'no_session');
    assert.deepEqual(
      (await profileOf(here)).devices.map(({ user_agent }) => user_agent),
      ['One'],
    );
    assert.equal((await here.delete(`/api/profile/devices/${idOf('One')}`)).http, 200);
    assertFailure(await here.get('/api/profile'), 'no_session');
  });

  test('signs out nobody else', async () => {
    const [mine, theirs] = [await person(), await person()];
    const [visitor, other] = [await mine.signIn('One'), await theirs.signIn('Two')];
    const [device] = (await profileOf(other)).devices;
    const token = decodeURIComponent(visitor.cookies.get('switchboard.session') ?? '').split(
      '.',
    )[0];
    for (const id of [device?.id, 'x', '0', '%00', `${device?.id}'--`, token])
      assertFailure(await visitor.delete(`/api/profile/devices/${id}`), 'not_found');
    await visitor.delete('/api/profile/devices');
    assert.equal((await profileOf(other)).devices.length, 1);
    assert.equal((await profileOf(visitor)).devices.length, 1);
  });

  test('changes the name and the language, each alone, and nothing else', async () => {
    const { email, signIn } = await person();
    const visitor = await signIn('One');
    const patch = (body: unknown) => visitor.patch('/api/profile', body);
    const person1 = { name: 'Ada Admin', email, language: null };
    assert.deepEqual((await patch({})).body, person1);
    assert.deepEqual((await patch({ language: 'he' })).body, { ...person1, language: 'he' });
    const renamed = { ...person1, name: 'עדה', language: 'he' };
    assert.deepEqual((await patch({ name: ' עדה ' })).body, renamed);
    assert.deepEqual((await patch({ language: null })).body, { ...renamed, language: null });
    const bad: Record<string, unknown[]> = {
      name: ['', ' ', 'a\nb', 'a\0b', '\u202ex', 'x'.repeat(51), null, 5],
      language: ['', 'fr', 5],
      email: ['new@example.com'],
      second_factor: ['none'],
      email_proved_at: ['2026-01-01'],
    };
    for (const [name, values] of Object.entries(bad))
      for (const value of values) {
        const heard = await patch({ language: 'en', [name]: value });
        assertFailure(heard, 'request_invalid');
        assert.equal((heard.body.error as { parameter: string }).parameter, name);
      }
    for (const body of ['', '[]', 'x']) assertFailure(await patch(body), 'body_invalid');
    assert.deepEqual((await profileOf(visitor)).person, { ...renamed, language: null });
  });

  test('is for nobody without a session, and for none that a login link made', async () => {
    const { id, signIn } = await person();
    const { login } = await partner.loginAgent({ accountID: id, agentID: 1, server });
    const linked = newVisitor(service);
    await linked.post(new URL(login).pathname as `/${string}`);
    assert.equal((await linked.get(`/api/workspace/${id}`)).http, 200);
    const visitor = await signIn('One');
    const [device] = (await profileOf(visitor)).devices;
    const elsewhere = newVisitor(service, 'second');
    elsewhere.cookies.set('switchboard.session', visitor.cookies.get('switchboard.session') ?? '');
    for (const [session, code] of [
      [newVisitor(service), 'no_session'],
      [elsewhere, 'no_session'],
      [linked, 'link_session'],
    ] as const)
      for (const heard of [
        await session.get('/api/profile'),
        await session.patch('/api/profile', { name: 'Eve' }),
        await session.delete('/api/profile/devices'),
        await session.delete(`/api/profile/devices/${device?.id}`),
        await session.post('/api/profile/invitations'),
      ])
        assertFailure(heard, code);
    assert.equal((await profileOf(visitor)).person.name, 'Ada Admin');
  });

  test('has the invitations that wait mailed again, no sooner than a minute later', async () => {
    const { email, signIn } = await person();
    const visitor = await signIn('One');
    const other = await service.newPartner();
    await service.newAccount(other, { admin_email: email });
    const first = await mailbox.next(email);
    const again = () => visitor.post('/api/profile/invitations');
    assert.deepEqual((await again()).body, {});
    const letters = () => mailbox.all().filter(({ to }) => to === email).length;
    const waits = await service.database.read((db) =>
      db.query(sql`
        select from agents g join persons p on p.id = g.person_id
        where p.email = ${email} and g.mail_due_at <= now()`),
    );
    assert.deepEqual([waits.length, letters()], [0, 1]);
    await service.database.write((db) =>
      db.query(sql`update invitations set created_at = created_at - interval '2 minutes'`),
    );
    await again();
    const second = await mailbox.next(email);
    const tokenIn = ({ text }: { text: string }) => /token=(\S+)$/m.exec(text)?.[1];
    assert.notEqual(tokenIn(second), tokenIn(first));
    const look = (token: string | undefined) =>
      newVisitor(service).post('/api/invitation', { token });
    // The letter is here a moment before the mail server says that it is.
    while ((await look(tokenIn(first))).http === 200);
    assertFailure(await look(tokenIn(first)), 'link_over');
    assert.equal((await look(tokenIn(second))).http, 200);
  });
});
