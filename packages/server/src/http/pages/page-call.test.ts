import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { identityCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../../testing/visitor.ts';

type Write = {
  method: 'POST' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  body?: unknown;
  /** What it is answered with once its origin is accepted. */
  http: number;
};

describe('a write of the pages', () => {
  let service: TestService;
  let partner: TestPartner;
  let email: string;
  let account: number;
  let visitor: Visitor;
  let writes: Write[];
  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    await service.operator.createServer({ server: 'beside' });
    email = accountRequest().admin_email;
    account = await service.newAccount(partner, { admin_email: email, agents: 100 });
    visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    const { admin_email: invited } = accountRequest();
    const inside = `/api/workspace/${account}` as const;
    const agent = { email: invited, name: 'Noa', role: 'agent' };
    assert.equal((await visitor.post(`${inside}/agents`, agent)).http, 200);
    // Each of them would change something now.
    writes = [
      { method: 'PATCH', path: `${inside}/settings`, body: { language: 'he' }, http: 200 },
      {
        method: 'POST',
        path: `${inside}/agents`,
        body: { email: accountRequest().admin_email, name: 'Gil', role: 'agent' },
        http: 200,
      },
      { method: 'PATCH', path: `${inside}/agents/2`, body: { role: 'administrator' }, http: 200 },
      { method: 'POST', path: `${inside}/agents/2/invitation`, http: 200 },
      { method: 'DELETE', path: `${inside}/agents/2`, http: 200 },
      { method: 'PATCH', path: '/api/profile', body: { name: 'Ada' }, http: 200 },
      { method: 'DELETE', path: '/api/profile/devices', http: 200 },
      { method: 'DELETE', path: '/api/profile/devices/x', http: 404 },
      { method: 'POST', path: '/api/profile/invitations', http: 200 },
      { method: 'POST', path: '/api/invitation', body: { token: 'x' }, http: 410 },
      { method: 'POST', path: '/api/invitation/accept', body: { token: 'x' }, http: 410 },
      {
        method: 'POST',
        path: '/api/auth/sign-in/email',
        body: { email, password: 'Correct-Horse1' },
        http: 200,
      },
      {
        method: 'POST',
        path: '/api/auth/change-password',
        body: { currentPassword: 'Correct-Horse1', newPassword: 'Another-Horse1' },
        http: 200,
      },
      { method: 'POST', path: '/api/auth/sign-out', http: 200 },
    ];
  });

  const say = ({ method, path, body }: Write, headers: Record<string, string>) => {
    const calls = { POST: visitor.post, PATCH: visitor.patch, DELETE: visitor.delete };
    return calls[method](path, body, { headers });
  };

  /** Everything that a write could change. */
  async function everything(): Promise<unknown> {
    const tables = ['accounts', 'agents', 'persons', 'attempts', 'sessions', 'invitations'];
    tables.push('login_links', 'challenges', 'password_resets', 'two_factors', 'backup_codes');
    tables.push('device_cookies', 'members', 'events');
    const rows = tables.map(
      (name) => `'${name}', (select jsonb_agg(t order by t::text) from ${name} t)`,
    );
    const text = `select jsonb_build_object(${rows.join(', ')}) as whole`;
    const [row] = await service.database.read((db) =>
      db.query<{ whole: unknown }>({ text, values: [] } as never),
    );
    return row?.whole;
  }

  /** The letters owed for the agents of this file are out, so that nothing changes by itself. */
  async function mailIsOut(): Promise<void> {
    const due = sql`select from agents where mail_due_at is not null`;
    while ((await service.database.read((db) => db.query(due))).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** `Origin` and `Sec-Fetch-Site` of pages that are not this host's own. */
  const foreignOrigins = (): string[] => {
    const { origin } = visitor;
    const { port } = new URL(origin);
    return [
      ...[`http://beside.localhost:${port}`, `http://localhost:${port}`, 'null', ' ', 'undefined'],
      ...[
        `https://online.localhost:${port}`,
        'http://online.localhost',
        'http://online.localhost:1',
      ],
      ...[
        'https://evil.example',
        `http://127.0.0.1:${port}`,
        `http://evil.online.localhost:${port}`,
      ],
      ...[`http://online.localhost.evil.example:${port}`, `http://online.localhost.:${port}`],
      ...[`${origin}/`, `${origin}/accounts`, `${origin}?`, `${origin}#`, origin.toUpperCase()],
      ...[
        `HTTP://online.localhost:${port}`,
        `http://Online.localhost:${port}`,
        `//${new URL(origin).host}`,
      ],
      ...[
        `http://user@online.localhost:${port}`,
        `${origin}, https://evil.example`,
        new URL(origin).host,
      ],
      ...[`https://evil.example, ${origin}`, `${origin} ${origin}`, `"${origin}"`, `${origin}0`],
    ];
  };
  const foreignFetches = ['cross-site', 'same-site', 'Same-Origin', 'same-origin, none', 'x', ' '];

  test('is refused from every origin but its own, and changes nothing', async () => {
    await mailIsOut();
    const before = await everything();
    for (const write of writes) {
      for (const origin of foreignOrigins())
        assertFailure(await say(write, { origin }), 'origin_refused');
      // What browsers say about the request does not outweigh the origin that they name.
      const [sibling = ''] = foreignOrigins();
      const claims = { origin: sibling, 'sec-fetch-site': 'same-origin' };
      assertFailure(await say(write, claims), 'origin_refused');
    }
    assert.deepEqual(await everything(), before);
  });

  test('is refused without an origin when the browser says that another site sent it', async () => {
    await mailIsOut();
    const before = await everything();
    for (const write of writes)
      for (const site of foreignFetches)
        assertFailure(await say(write, { origin: '', 'sec-fetch-site': site }), 'origin_refused');
    assert.deepEqual(await everything(), before);
  });

  test('is refused from another origin on every identity path', async () => {
    const before = await everything();
    for (const { method, path } of Object.values(identityCalls)) {
      if (method !== 'POST') continue;
      for (const origin of foreignOrigins())
        assertFailure(await visitor.post(path, {}, { headers: { origin } }), 'origin_refused');
    }
    assert.deepEqual(await everything(), before);
  });

  test('of another server or the console is refused though that host is ours', async () => {
    for (const [from, to] of [
      [null, 'beside'],
      ['online', null],
      ['beside', null],
      ['online', 'beside'],
    ] as const) {
      const { origin } = newVisitor(service, from);
      for (const { method, path, body } of writes) {
        const there = newVisitor(service, to);
        const headers = { host: new URL(there.origin).host, origin };
        assertFailure(
          await send(service.baseUrl, path, { method, body, headers }),
          'origin_refused',
        );
      }
    }
  });

  test('of a login link is refused from every origin but its own, and from none', async () => {
    const { login } = await partner.loginAgent({
      accountID: account,
      agentID: 1,
      server: 'online',
    });
    const path = new URL(login).pathname as `/${string}`;
    const stranger = newVisitor(service);
    const refused: Record<string, string>[] = [
      ...foreignOrigins().map((origin) => ({ origin })),
      { origin: '' },
      ...['same-origin', 'none', ...foreignFetches].map((site) => ({
        origin: '',
        'sec-fetch-site': site,
      })),
    ];
    for (const headers of refused)
      assertFailure(await stranger.post(path, undefined, { headers }), 'origin_refused');
    assert.deepEqual(stranger.setCookies, []);
    assert.equal((await stranger.post(path)).http, 303);
  });

  test('passes from its own origin, or without one where no other site can have sent it', async () => {
    const harmless = writes.filter(({ path }) => !/DELETE|agents|auth/.test(path));
    for (const headers of [
      { origin: '' },
      { origin: '', 'sec-fetch-site': 'same-origin' },
      { origin: '', 'sec-fetch-site': 'none' },
    ])
      for (const write of harmless) {
        const heard = await say(write, headers);
        assert.equal(heard.http, write.http, `${write.method} ${write.path}: ${heard.text}`);
      }
    for (const write of writes) {
      const heard = await say(write, {});
      assert.equal(heard.http, write.http, `${write.method} ${write.path}: ${heard.text}`);
    }
  });
});
