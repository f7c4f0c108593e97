import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { sha256 } from '../../secret.ts';
import { type Heard, send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { newVisitor, type Visitor } from '../../testing/visitor.ts';

const IN_A_FRAME = { headers: { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' } };

describe('the page of a login link', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
  });

  type Somebody = { email: string; account: number; name: string };
  async function somebody(changes: Record<string, unknown> = {}): Promise<Somebody> {
    const email = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: email, ...changes });
    return { email, account, name: String(changes.admin_name ?? 'Ada Admin') };
  }
  async function newLink({ account }: Somebody): Promise<`/${string}`> {
    const { login } = await partner.loginAgent({
      accountID: account,
      agentID: 1,
      server: 'online',
    });
    return new URL(login).pathname as `/${string}`;
  }
  async function signedIn({ email }: Somebody): Promise<Visitor> {
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  const tokenIn = (visitor: Visitor, name = 'session') =>
    decodeURIComponent(visitor.cookies.get(`switchboard.${name}`) ?? '').split('.')[0] ?? '';
  const isAlive = async (token: string) =>
    (
      await service.database.read((db) =>
        db.query(sql`select from sessions where token_hash = ${sha256(token)}`),
      )
    ).length === 1;

  test('posts itself for nobody and for the same person, and is a button without scripts', async () => {
    const ada = await somebody({ account_name: 'Acme', admin_name: 'Ada L.' });
    for (const visitor of [newVisitor(service), await signedIn(ada)]) {
      const { http, text } = await visitor.get(await newLink(ada));
      assert.equal(http, 200);
      assert.deepEqual(text.match(/<script[^>]*>/g), ['<script src="/login-link.js" defer>']);
      assert.match(text, /<form method="post">\s*<button type="submit">Sign in<\/button>/);
      assert.match(text, /Sign in to <bdi>Acme<\/bdi>[\s\S]*signs you in as <bdi>Ada L\.<\/bdi>/);
    }
    const script = await newVisitor(service).get('/login-link.js');
    assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.match(script.text, /visibilityState === 'visible'[\s\S]*requestSubmit/);
  });

  test('asks whoever is signed in as somebody else, without any script, and names both', async () => {
    const [ada, bob] = [await somebody(), await somebody({ admin_name: 'Bob' })];
    const path = await newLink(bob);
    const visitor = await signedIn(ada);
    const { text } = await visitor.get(path);
    assert.doesNotMatch(text, /<script|javascript:|http-equiv="refresh"|\son\w+=/i);
    assert.ok(text.includes(ada.email) && text.includes(`<bdi>${bob.name}</bdi>`), text);
    assert.match(text, /<form method="post">[\s\S]*<a href="\/accounts">Stay signed in<\/a>/);
    assert.equal((await visitor.get(`/api/workspace/${ada.account}`)).http, 200);
  });

  test('asks in a frame as well, when the frame is signed in as somebody else', async () => {
    const [ada, bob] = [await somebody(), await somebody()];
    const visitor = newVisitor(service);
    await visitor.post(await newLink(ada), undefined, IN_A_FRAME);
    const { text } = await visitor.get(await newLink(bob), IN_A_FRAME);
    assert.ok(text.includes(ada.email) && !text.includes('<script'), text);
  });

  test('lets no name write HTML into it', async () => {
    const hostile = `"><script>alert(1)</script>&amp;'`;
    const eve = await somebody({ account_name: hostile, admin_name: hostile });
    const ada = await somebody();
    for (const visitor of [newVisitor(service), await signedIn(ada)]) {
      const { text } = await visitor.get(await newLink(eve));
      assert.doesNotMatch(text, /<script>|alert\(1\)<\/script>/);
      assert.ok(text.includes('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;'), text);
    }
  });

  test('speaks the language of the browser, in its direction', async () => {
    const path = await newLink(await somebody());
    const over = '/login-link/x';
    for (const [headers, tag, words] of [
      [{ 'accept-language': 'he-IL,en;q=0.5' }, '<html lang="he" dir="rtl">', 'כניסה'],
      [{ 'accept-language': 'en' }, '<html lang="en" dir="ltr">', 'Sign in'],
      [{ cookie: 'switchboard.language=he' }, '<html lang="he" dir="rtl">', 'כניסה'],
    ] as const)
      for (const page of [path, over] as const) {
        const { text } = await newVisitor(service).get(page, { headers });
        assert.ok(text.includes(tag) && text.includes(words), text);
      }
  });

  test('ends the earlier session of the browser when it is used as another person', async () => {
    const [ada, bob] = [await somebody(), await somebody()];
    const visitor = await signedIn(ada);
    const before = tokenIn(visitor);
    assert.ok(await isAlive(before));
    assert.equal((await visitor.post(await newLink(bob))).http, 303);
    assert.ok(!(await isAlive(before)));
    assert.equal((await visitor.get(`/api/workspace/${bob.account}`)).http, 200);
    assert.equal((await visitor.get(`/api/workspace/${ada.account}`)).http, 404);
  });

  test('leaves the session alone when the link is over', async () => {
    const [ada, bob] = [await somebody(), await somebody()];
    const visitor = await signedIn(ada);
    const path = await newLink(bob);
    await newVisitor(service).post(path);
    assert.equal((await visitor.post(path)).http, 410);
    assert.equal((await visitor.get(`/api/workspace/${ada.account}`)).http, 200);
  });

  test('ends the earlier session of a frame when the frame is used as another person', async () => {
    const [ada, bob] = [await somebody(), await somebody()];
    const visitor = newVisitor(service);
    await visitor.post(await newLink(ada), undefined, IN_A_FRAME);
    const before = tokenIn(visitor, 'session_framed');
    assert.ok(await isAlive(before));
    assert.equal((await visitor.post(await newLink(bob), undefined, IN_A_FRAME)).http, 303);
    assert.ok(!(await isAlive(before)), 'nobody can sign it out any more');
  });

  test('in a frame sets one cookie of its own, for this frame; in a tab an ordinary one', async () => {
    const ada = await somebody();
    const tab = newVisitor(service);
    await tab.post(await newLink(ada), undefined, { headers: { 'sec-fetch-dest': 'document' } });
    const [session = '', cleared = '', ...none] = tab.setCookies;
    assert.match(session, /^switchboard\.session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    assert.match(cleared, /^switchboard\.session_framed=; Max-Age=0; Path=\/; HttpOnly/);
    assert.deepEqual(none, []);
    for (const dest of ['iframe', 'frame']) {
      const frame = newVisitor(service);
      await frame.post(await newLink(ada), undefined, { headers: { 'sec-fetch-dest': dest } });
      const [only = '', ...others] = frame.setCookies;
      assert.match(
        only,
        /^switchboard\.session_framed=[^;]+; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/,
      );
      assert.deepEqual(others, []);
      assert.equal((await frame.get(`/api/workspace/${ada.account}`)).http, 200);
      assert.equal((await frame.post('/api/auth/sign-out')).http, 200);
      assert.equal((await frame.get('/api/workspace')).http, 401);
    }
  });

  test('in a frame leaves the session of the tab alone', async () => {
    const [ada, bob] = [await somebody(), await somebody()];
    const visitor = await signedIn(ada);
    const before = tokenIn(visitor);
    assert.equal((await visitor.post(await newLink(bob), undefined, IN_A_FRAME)).http, 303);
    assert.ok(await isAlive(before));
  });

  function assertPrivate({ headers }: Heard, frames: string, xFrameOptions?: string): void {
    assert.equal(headers['referrer-policy'], 'same-origin');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers.etag, undefined);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    const policy = String(headers['content-security-policy']).split('; ');
    assert.ok(policy.includes("default-src 'none'") && policy.includes("script-src 'self'"));
    assert.ok(policy.includes("form-action 'self'") && policy.includes("base-uri 'none'"));
    assert.deepEqual(
      policy.filter((part) => part.startsWith('frame-ancestors')),
      [`frame-ancestors ${frames}`],
    );
    assert.equal(headers['x-frame-options'], xFrameOptions);
  }

  test('keeps its address to itself and may be framed by nobody', async () => {
    const path = await newLink(await somebody());
    for (const page of [path, '/login-link/x'] as const)
      for (const method of ['GET', 'HEAD']) {
        const headers = { host: new URL(newVisitor(service).origin).host };
        assertPrivate(await send(service.baseUrl, page, { method, headers }), "'none'", 'DENY');
      }
  });

  const EMBEDDERS = 'https://crm.example.com,https://desk.example.org:8443';
  const embedded = () =>
    startService({ beside: service, environment: { EMBED_ORIGINS: EMBEDDERS } });

  test('may be framed by exactly the origins of EMBED_ORIGINS', async () => {
    const visitor = newVisitor(await embedded());
    const path = await newLink(await somebody());
    for (const page of [path, '/login-link/x'] as const)
      assertPrivate(await visitor.get(page), EMBEDDERS.replace(',', ' '));
  });

  test('may be framed by nobody at the console, whatever EMBED_ORIGINS says', async () => {
    const visitor = newVisitor(await embedded(), null);
    for (const page of ['/', '/reference', '/login-link/x'] as const) {
      const { headers } = await visitor.get(page);
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, page);
      assert.equal(headers['x-frame-options'], 'DENY', page);
    }
  });
});
