import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Endpoint, type EndpointName, endpoints, readRequest } from '@switchboard/contract';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { type Known, requestTo } from '../../testing/arbitrary.ts';
import { assertShaped, type Heard, type Sent, send } from '../../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';

const ROUNDS = 400;

const calls = (Object.entries(endpoints) as [EndpointName, Endpoint][]).filter(
  ([, { surface }]) => surface !== 'operator',
);

/** Right values by name; parameters that are not here get arbitrary ones. */
const known = (accounts: number[], partner: TestPartner): Known => ({
  account_id: [...accounts, ...accounts.map(String)],
  accountID: accounts,
  agentID: [1, '1', 2],
  server: ['online', 'ONLINE', 'online', 'nowhere'],
  account_name: ['Name', ' Cafe\u0301 ', 'שלום', '😀'.repeat(100)],
  account_status: [0, 1, '0', '1', 'active'],
  status_reason: ['because', ' unpaid '],
  builder_url: ['', 'https://b.example/x', 'https://b.example/?q=%20#f', 'http://b.example'],
  url: ['', 'https://hooks.example/x', 'http://127.0.0.1:1/x'],
  agents: [1, '9999'],
  inboxes: [1, '999'],
  admin_email: Array.from({ length: 8 }, () => accountRequest().admin_email),
  admin_name: ['Ada'],
  admin_displayName: ['Ada'],
  admin_password: ['Correct-Horse1'],
  admin_2fa: [0, 1],
  admin_2fa_value: ['a@example.com'],
  reference: ['', 'Ref1'],
  limit: [1, '1000'],
  state: ['waiting', 'failed'],
  delivery_id: [1, '1', 999],
  event_id: ['1'],
  since: [0, '1795442527'],
  revision: [1, '1', 2],
  dry_run: [0, '0', 1, '1'],
  overlap_hours: [0, '72'],
  cursor: ['online.1', '1', `1.${'0'.repeat(32)}.9-0`],
  // None that would be waited out.
  wait: [0, '0'],
  type: ['account.created', 'account.created, account.held'],
  q: ['a', '%', '_', '8'],
  client_id: [partner.clientId],
  client_secret: [partner.clientSecret, 'wrong'],
});

describe('no request whatever', () => {
  let service: TestService;
  let partners: TestPartner[];
  const accounts = new Map<TestPartner, number[]>();

  before(async () => {
    service = await startService();
    partners = [await service.newPartner(), await service.newPartner('original')];
    for (const partner of partners) {
      const made = Array.from({ length: 25 }, () => service.newAccount(partner));
      accounts.set(partner, await Promise.all(made));
    }
  });

  /** The failed tries of accessToken would lock its own address out for the rest. */
  const forgetFailures = () => service.database.write((db) => db.query(sql`delete from attempts`));

  for (const [name, endpoint] of calls)
    test(`to ${name} is answered with 5xx, answered unshaped, or changes anything by halves`, async () => {
      for (const partner of partners) {
        const token = await partner.accessToken();
        const requests = requestTo(endpoint, known(accounts.get(partner) ?? [], partner), token);
        await fc.assert(
          fc.asyncProperty(requests, async (sent) => {
            const heard = await send(service.baseUrl, name, sent);
            assert.ok(heard.http < 500, `${heard.http} ${heard.text}`);
            if (name === 'accessToken') await forgetFailures();
            assertShapedAnswer(heard);
            assertReadBack(endpoint, sent, heard);
          }),
          { numRuns: ROUNDS },
        );
      }
      await assertWhole();
    });

  function assertShapedAnswer(heard: Heard): void {
    if (heard.body.status === 'OK') delete heard.body.ignored;
    assertShaped(heard, heard.text);
  }

  /** What was accepted comes back as the contract normalises it. */
  function assertReadBack(endpoint: Endpoint, sent: Sent, { body }: Heard): void {
    if (body.status !== 'OK' || typeof sent.body !== 'string') return;
    const { input } = readRequest(endpoint, JSON.parse(sent.body), 'original');
    for (const name of ['account_name', 'account_status', 'builder_url', 'reference', 'server'])
      if (input[name] !== undefined && body[name] !== undefined)
        assert.deepEqual(body[name], input[name], name);
  }

  /** Every account has exactly the events and the agent that its revision and life ask for. */
  async function assertWhole(): Promise<void> {
    const wrong = await service.database.read((db) =>
      db.query(sql`
        select a.server, a.account_id, a.revision, e.*
        from accounts a
        left join lateral (
          select count(*) filter (where type = 'account.created') as created,
            count(*) filter (where type in
              ('account.updated', 'account.suspended', 'account.resumed')) as changed,
            count(*) filter (where type = 'account.deleted') as deleted,
            (array_agg(changes -> 'account_name' ->> 'to' order by event_id desc)
              filter (where changes ? 'account_name'))[1] as name,
            (array_agg(changes -> 'account_status' ->> 'to' order by event_id desc)
              filter (where changes ? 'account_status'))[1] as status
          from events e
          where e.server = a.server and e.account_id = a.account_id) e on true
        where e.created <> 1 or e.changed <> a.revision - 1
          or e.deleted <> (a.deleted_at is not null)::integer
          or e.name <> a.account_name or e.status <> a.account_status::text
          or not exists (select from agents g
                         where g.server = a.server and g.account_id = a.account_id)`),
    );
    assert.deepEqual(wrong, []);
  }
});
