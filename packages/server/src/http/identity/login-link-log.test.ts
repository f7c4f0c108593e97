import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { send } from '../../testing/http.ts';
import { accountRequest, startService } from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

const PASSWORD = 'Correct-Horse1';
const WRONG = 'Wrong-Battery2';

test('no log line has a login link, a session, a cookie or a password; it has the route', async () => {
  const lines: string[] = [];
  const service = await startService({
    environment: { LOG_LEVEL: 'debug' },
    log: { write: (line) => lines.push(line) },
  });
  const partner = await service.newPartner();
  const email = accountRequest().admin_email;
  const account = await service.newAccount(partner, { admin_email: email });
  const link = async () => {
    const body = { accountID: account, agentID: 1, server: 'online' };
    return new URL((await partner.loginAgent(body)).login).pathname as `/${string}`;
  };

  const used = await link();
  const visitor = newVisitor(service);
  for (const suffix of ['', '?a=b', '/', '/x', '%', '%00', 'x'.repeat(200)] as const)
    await visitor.get(`${used}${suffix}`, { headers: { accept: 'text/html' } });
  await visitor.get(used.replace('/login-link', '/login-links') as `/${string}`);
  await visitor.get(`/accounts?token=${used}`, { headers: { referer: visitor.origin + used } });
  await visitor.post(used, undefined, { headers: { origin: 'https://evil.example' } });
  await visitor.post(used, undefined, { headers: { host: 'evil.example' } });
  await visitor.delete(used);
  await send(service.baseUrl, used, { method: 'HEAD', headers: {} });
  const linked = await visitor.post(used, `token=${used}`);
  assert.equal(linked.http, 303);
  assert.equal((await visitor.post(used)).http, 410);
  await visitor.get(`/api/workspace/${account}`);
  await visitor.patch(`/api/workspace/${account}/settings`, { language: 'he', x: used });
  await visitor.post(`/api/workspace/${account}/agents`, `{"broken": "${PASSWORD}`);

  const someone = newVisitor(service);
  await someone.signIn(email, WRONG);
  assert.equal((await someone.signIn(email)).http, 200);
  await someone.get('/api/auth/get-session');
  await someone.post('/api/auth/change-password', {
    currentPassword: WRONG,
    newPassword: PASSWORD,
  });
  await someone.post('/api/auth/revoke-session', { token: 'x' });
  await someone.post('/api/auth/request-password-reset', { email });
  await someone.post('/api/invitation', { token: used });
  const cookies = [...visitor.cookies.values(), ...someone.cookies.values()];
  const sessions = await service.database.read((db) =>
    db.query<{ token_hash: Buffer }>(sql`select token_hash from sessions`),
  );
  assert.equal(sessions.length, 2);
  // A fault is logged whole; it must not take the session along.
  await service.database.write((db) =>
    db.query(sql`alter table accounts rename column settings to settings_gone`),
  );
  assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 500);
  const last = await link();
  await service.database.write((db) =>
    db.query(sql`alter table login_links rename column used_at to used_at_gone`),
  );
  assert.equal((await visitor.post(last)).http, 500);
  assert.equal((await visitor.get(last)).http, 500);

  const secrets = [
    ...[PASSWORD, WRONG, partner.clientSecret],
    ...[used, last].map((path) => path.slice('/login-link/swb_ll_'.length)),
    ...sessions.map(({ token_hash }) => token_hash.toString('hex')),
    ...cookies.flatMap((value) => [value, decodeURIComponent(value)]),
  ];
  assert.ok(secrets.every((secret) => secret.length >= PASSWORD.length));
  for (const line of lines)
    for (const secret of secrets) assert.ok(!line.includes(secret), `${secret} in ${line}`);
  const routes = lines.map((line) => (JSON.parse(line) as { route?: string }).route);
  assert.ok(routes.filter((route) => route === '/login-link/:token').length > 5);
});
