import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { networkOf } from '../../attempts/network.ts';
import { hashing } from '../../people/passwords/password.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';
import { UNHURRIED_MS } from '../pages/page-routes.ts';

describe('sign-in', () => {
  let service: TestService;
  let partner: TestPartner;
  let email: string;
  before(async () => {
    service = await startService({ limits: { unhurriedMs: UNHURRIED_MS } });
    partner = await service.newPartner();
    email = accountRequest().admin_email;
    await service.newAccount(partner, { admin_email: email });
  });
  const query = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.read((db) => db.query<Row>(statement));
  type Session = {
    id: string;
    realm: string;
    token_hash: Buffer;
    number: number;
    ip_address: string;
  };
  const sessions = () =>
    query<Session>(sql`
      select s.* from sessions s join persons p on p.id = s.person_id
      where p.email = ${email} order by s.number`);
  async function signedIn(visitor = newVisitor(service)): Promise<Visitor> {
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }

  test('makes a session of this realm and address, for seven days, and a cookie for no other host', async () => {
    const visitor = await signedIn();
    const session = (await sessions()).at(-1);
    assert.deepEqual([session?.realm, session?.ip_address], ['server:online', '127.0.0.1']);
    const [set = ''] = visitor.setCookies;
    assert.match(
      set,
      /^switchboard\.session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    assert.equal((await visitor.get('/api/workspace')).http, 200);
  });

  test('takes the address in any case', async () => {
    assert.equal((await newVisitor(service).signIn(` ${email.toUpperCase()} `)).http, 200);
  });

  test('has `__Host-` and `Secure` before every cookie on https', async () => {
    const environment = { BASE_DOMAIN: 'example.com', PUBLIC_SCHEME: 'https' };
    const https = await startService({ environment, beside: service });
    const visitor = newVisitor(https);
    await signedIn(visitor);
    await visitor.post('/api/auth/sign-out');
    assert.equal(visitor.origin, 'https://online.example.com');
    assert.ok(visitor.setCookies.length > 3);
    for (const set of visitor.setCookies) {
      assert.match(set, /^__Host-switchboard\.[a-z_]+=[^;]*; .*Path=\/; HttpOnly/);
      assert.match(set, /; Secure/);
      assert.doesNotMatch(set, /Domain/i);
      assert.match(set, /session_framed=/.test(set) ? /SameSite=None/ : /SameSite=Lax/);
    }
  });

  test('with a wrong password or an unknown address has the same words, and no sooner', async () => {
    const visitor = newVisitor(service);
    const answers = [];
    for (const [address, password] of [
      [email, 'Wrong-Horse1'],
      ['nobody@example.com', 'Wrong-Horse1'],
      [email, 'x'.repeat(5000)],
    ] as const) {
      const began = performance.now();
      const heard = await visitor.signIn(address, password);
      assert.ok(performance.now() - began >= UNHURRIED_MS - 1);
      assertFailure(heard, 'wrong_credentials');
      answers.push({ ...heard.body, request_id: '' });
    }
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
    assert.deepEqual(visitor.setCookies, []);
  });

  test('beyond a limit, or beyond what may wait, is refused no sooner either', async () => {
    const { email } = await service.newPerson(partner);
    const visitor = newVisitor(service);
    for (let n = 0; n < 10; n++) await visitor.signIn(email, 'Wrong-Horse1');
    const timed = async () => {
      const began = performance.now();
      const heard = await visitor.signIn(email, 'Wrong-Horse1');
      assert.ok(performance.now() - began >= UNHURRIED_MS - 1);
      return heard;
    };
    assertFailure(await timed(), 'too_many_failures');

    const held = Promise.withResolvers<void>();
    const waiting = Array.from({ length: 6 + 500 }, () =>
      hashing.take(networkOf('127.0.0.1'), false, () => held.promise),
    );
    const full = await timed();
    assertFailure(full, 'unavailable');
    assert.equal(full.headers['retry-after'], '2');
    held.resolve();
    await Promise.all(waiting);
  });

  test('is answered without the token, and so is everything else', async () => {
    const visitor = newVisitor(service);
    const heard = [
      await visitor.signIn(email),
      await visitor.get('/api/auth/get-session'),
      await visitor.get('/api/auth/list-sessions'),
      await visitor.post('/api/auth/change-password', {
        currentPassword: 'Correct-Horse1',
        newPassword: 'Correct-Horse1',
        revokeOtherSessions: true,
      }),
    ];
    const tokens = visitor.setCookies
      .map((set) => /^[^=]+=([^.;]+)/.exec(set)?.[1])
      .filter((token) => token !== undefined);
    assert.ok(tokens.length >= 3);
    for (const { http, text } of heard) {
      assert.equal(http, 200);
      assert.ok(!/"token"/.test(text) && !tokens.some((token) => text.includes(token)), text);
    }
    assert.deepEqual(Object.keys(heard[1]?.body ?? {}), ['session', 'user']);
  });

  test('ends with the sign-out, also where it came in the cookie of frames', async () => {
    const visitor = await signedIn();
    const cookie = visitor.cookies.get('switchboard.session') ?? '';
    const framed = newVisitor(service);
    framed.cookies.set('switchboard.session_framed', cookie);
    framed.cookies.set('switchboard.session', 'nothing');
    assert.ok((await framed.get('/api/auth/get-session')).body.session);
    assert.deepEqual((await framed.post('/api/auth/sign-out')).body, { success: true });
    assert.deepEqual([...framed.cookies], []);
    assert.equal((await visitor.get('/api/auth/get-session')).text, 'null');
    assertFailure(await visitor.get('/api/workspace'), 'no_session');
    const again = newVisitor(service);
    again.cookies.set('switchboard.session_framed', 'old');
    await signedIn(again);
    assert.deepEqual([...again.cookies.keys()], ['switchboard.session', 'switchboard.device']);
  });

  test('lists sessions by id, and ends one of them, of nobody else', async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    const list = await here.get('/api/auth/list-sessions');
    const ids = (JSON.parse(list.text) as { id: string }[]).map(({ id }) => id);
    const last = (await sessions()).at(-1);
    assert.ok(last && ids.includes(last.id));
    const stranger = newVisitor(service);
    const other = accountRequest();
    await partner.createAccount(other);
    await stranger.signIn(other.admin_email);
    const hash = last.token_hash.toString('hex');
    for (const token of [last.id, hash, 'x'])
      assertFailure(await stranger.post('/api/auth/revoke-session', { token }), 'not_found');
    assertFailure(await here.post('/api/auth/revoke-session', { token: hash }), 'not_found');
    assert.equal((await here.post('/api/auth/revoke-session', { token: last.id })).http, 200);
    assert.equal((await there.get('/api/auth/get-session')).text, 'null');
    assert.equal((await here.post('/api/auth/revoke-sessions')).http, 200);
    assert.deepEqual([...here.cookies.keys()], ['switchboard.device']);
    assert.deepEqual(await sessions(), []);
    assertFailure(await here.get('/api/auth/list-sessions'), 'no_session');
  });

  test('lists sessions that are older than a day', async () => {
    const visitor = await signedIn();
    await service.database.write((db) =>
      db.query(sql`update sessions set created_at = now() - interval '3 days'`),
    );
    assert.equal((await visitor.get('/api/auth/list-sessions')).http, 200);
  });

  test('sets no field of the session and leads nowhere, whatever else is sent', async () => {
    const [before] = await query<{ next: number }>(sql`select nextval('entry_numbers') as next`);
    const visitor = newVisitor(service);
    const heard = await visitor.post('/api/auth/sign-in/email', {
      ...{ email, password: 'Correct-Horse1', callbackURL: 'https://evil.example/' },
      ...{ realm: 'console', number: 9e9, link_server: 'online', linkServer: 'online' },
      ...{ ipAddress: '1.1.1.1', ip_address: '1.1.1.1', expiresAt: '2099-01-01', token: 'mine' },
    });
    assert.deepEqual([heard.http, heard.headers.location], [200, undefined]);
    const session = (await sessions()).at(-1);
    assert.deepEqual([session?.realm, session?.ip_address], ['server:online', '127.0.0.1']);
    assert.equal(session?.number, Number(before?.next) + 1);
    assertFailure(
      await visitor.post('/api/auth/update-session', { realm: 'console' }),
      'not_found',
    );
  });

  test('that is not to be remembered ends with the browser, and after a day', async () => {
    const visitor = newVisitor(service);
    const body = { email, password: 'Correct-Horse1', rememberMe: false };
    await visitor.post('/api/auth/sign-in/email', body);
    const set = visitor.setCookies.find((cookie) => cookie.startsWith('switchboard.session='));
    assert.doesNotMatch(set ?? '', /Max-Age|Expires/);
    const [row] = await query<{ day: boolean }>(sql`
      select max(expires_at) filter (where created_at > now() - interval '1 minute')
        < now() + interval '25 hours' as day
      from sessions where token_hash = ${(await sessions()).at(-1)?.token_hash}`);
    assert.equal(row?.day, true);
  });

  test('of fifty people behind one address within a minute is no failure', async () => {
    const people = Array.from({ length: 50 }, accountRequest);
    for (const person of people) await partner.createAccount(person);
    const heard = await Promise.all(
      people.map(({ admin_email }) => newVisitor(service).signIn(admin_email)),
    );
    assert.deepEqual([...new Set(heard.map(({ http }) => http))], [200]);
  });
});
