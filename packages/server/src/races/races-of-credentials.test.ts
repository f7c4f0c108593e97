import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '@switchboard/contract';
import { createPartnerClient, type PartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { type Heard, send } from '../testing/http.ts';
import { assertOutcomes, PAIR_ROUNDS } from '../testing/races.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const LANES = 5;
const server = 'online';

describe(`what a revoked credential made dies with it, ${PAIR_ROUNDS} rounds each on two nodes`, () => {
  const lines: string[] = [];
  let nodes: readonly [TestService, TestService];
  let partner: TestPartner;
  before(async () => {
    const options = {
      environment: { LOG_LEVEL: 'warn' },
      log: { write: (line: string) => /SMTP_URL/.test(line) || lines.push(line) },
    };
    const first = await startService(options);
    nodes = [first, await startService({ ...options, beside: first })];
    partner = await first.newPartner();
  });
  after(async () => {
    const [stat] = await nodes[0].database.read((db) =>
      db.query<{ deadlocks: number }>(sql`
        select deadlocks from pg_stat_database where datname = current_database()`),
    );
    assert.equal(stat?.deadlocks, 0);
    assert.deepEqual(lines, []);
  });

  const node = () => nodes[Math.random() < 0.5 ? 0 : 1];
  const soon = () => sleep(Math.random() * 8);
  const at = (service: TestService, { cookies }: Visitor) => {
    const visitor = newVisitor(service);
    for (const pair of cookies) visitor.cookies.set(...pair);
    return visitor;
  };

  type Credential = {
    partner: number;
    clientId: string;
    client: PartnerClient;
    revoke(): Promise<unknown>;
  };
  async function newCredential(of = partner.partner): Promise<Credential> {
    const { operator } = nodes[0];
    const { client_id, client_secret } = await operator.createCredential({ partner: of });
    const client = createPartnerClient({
      ...{ baseUrl: node().baseUrl, retries: 0 },
      ...{ clientId: client_id, clientSecret: client_secret },
    });
    await client.accessToken();
    return {
      partner: of,
      clientId: client_id,
      client,
      revoke: () => node().operator.revokeCredential({ client_id }),
    };
  }
  const newLink = async (client: PartnerClient, accountID: number): Promise<`/${string}`> =>
    new URL((await client.loginAgent({ accountID, agentID: 1, server })).login)
      .pathname as `/${string}`;

  /** Links and sessions of before, and of the very moment, open nothing at either node. */
  async function assertDead(account: number, visitors: Visitor[], links: `/${string}`[]) {
    for (const service of nodes) {
      for (const visitor of visitors.filter(({ cookies }) => cookies.size > 0))
        for (const path of [`/api/workspace/${account}`, '/api/workspace'] as const)
          assert.equal((await at(service, visitor).get(path)).http, 401);
      for (const link of links) assert.equal((await newVisitor(service).post(link)).http, 410);
    }
  }

  /** Changes of the partner's own making. */
  const recorded = async (partnerId: number): Promise<number> => {
    const [counted] = await nodes[0].database.read((db) =>
      db.query<{ times: number }>(sql`
        select count(*)::integer as times from events
        where partner_id = ${partnerId} and actor_kind = 'credential'`),
    );
    return counted?.times ?? assert.fail();
  };

  async function run(t: TestContext, round: (account: number) => Promise<string>) {
    const outcomes = new Map<string, number>();
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const account = await nodes[0].newAccount(partner);
        for (let n = 0; n < PAIR_ROUNDS / LANES; n += 1) {
          // A client asks for another token in vain; a hundred such from one address are too many.
          if (n % 5 === 4) await nodes[0].operator.clearLimits({ address: '127.0.0.1' });
          const outcome = await round(account);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
      }),
    );
    t.diagnostic([...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', '));
    return [...outcomes.keys()].sort();
  }

  test('a link that is used at the moment of the revocation', async (t) => {
    const outcomes = await run(t, async (account) => {
      const { client, revoke } = await newCredential();
      const [used, unused, crossing] = [
        await newLink(client, account),
        await newLink(client, account),
        await newLink(client, account),
      ];
      const before = newVisitor(node());
      assert.equal((await before.post(used)).http, 303);
      const visitor = newVisitor(node());
      const [{ http }] = await Promise.all([
        soon().then(() => visitor.post(crossing)),
        soon().then(revoke),
      ]);
      await assertDead(account, [before, visitor], [unused, crossing]);
      return `used ${http}`;
    });
    assertOutcomes(outcomes, ['used 303', 'used 410']);
  });

  test('a link that is made at the moment of the revocation', async (t) => {
    const outcomes = await run(t, async (account) => {
      const { client, revoke } = await newCredential();
      const [made] = await Promise.all([
        soon()
          .then(() => newLink(client, account))
          .catch((error: unknown) => {
            assert.ok(error instanceof Refusal, String(error));
            // Whoever asks for a new token with the revoked secret is refused too.
            assert.match(error.reason, /^(access_token|client)_invalid$/);
            return undefined;
          }),
        soon().then(revoke),
      ]);
      await assertDead(account, [], made ? [made] : []);
      return made ? 'made' : 'refused';
    });
    assertOutcomes(outcomes, ['made', 'refused']);
  });

  type Change = (token: string, account_id: number) => Promise<Heard>;
  const renamed = (account_id: number) => ({ account_id, server, account_name: randomUUID() });
  const changes: Record<string, Change> = {
    'an update': (token, id) => send(node().baseUrl, 'updateAccount', { token, body: renamed(id) }),
    'an update with an idempotency key': (token, id) => {
      const headers = { 'idempotency-key': randomUUID() };
      return send(node().baseUrl, 'updateAccount', { token, headers, body: renamed(id) });
    },
    'an account made': (token) =>
      send(node().baseUrl, 'createAccount', { token, body: accountRequest() }),
  };
  const ends = {
    'credential is revoked': ({ revoke }: Credential) => revoke(),
    'partner is suspended': ({ partner }: Credential) =>
      node().operator.suspendPartner({ partner }),
  };
  for (const [change, make] of Object.entries(changes))
    for (const [end, cut] of Object.entries(ends))
      test(`${change} while its ${end}`, async (t) => {
        const outcomes = await run(t, async () => {
          const { partner } = await nodes[0].operator.createPartner({ name: 'Other' });
          const credential = await newCredential(partner);
          const account = await nodes[0].newAccount(credential.client);
          const token = await credential.client.accessToken();
          const changing = soon().then(() => make(token, account));
          await soon();
          await cut(credential);
          const landed = await recorded(partner);
          const { http } = await changing;
          assert.equal(await recorded(partner), landed, 'it landed after the end had returned');
          return `answered ${http}`;
        });
        assertOutcomes(outcomes, ['answered 200', 'answered 401']);
      });

  test('a link that is used while its partner is suspended', async (t) => {
    const outcomes = await run(t, async () => {
      const other = await nodes[0].operator.createPartner({ name: 'Other' });
      const own = await nodes[0].operator.createCredential({ partner: other.partner });
      const client = createPartnerClient({
        ...{ baseUrl: node().baseUrl, retries: 0 },
        ...{ clientId: own.client_id, clientSecret: own.client_secret },
      });
      const theirs = await nodes[0].newAccount(client);
      const crossing = await newLink(client, theirs);
      const visitor = newVisitor(node());
      const [{ http }] = await Promise.all([
        soon().then(() => visitor.post(crossing)),
        soon().then(() => node().operator.suspendPartner({ partner: other.partner })),
      ]);
      await assertDead(theirs, [visitor], [crossing]);
      await node().operator.resumePartner({ partner: other.partner });
      await assertDead(theirs, [visitor], [crossing]);
      return `used ${http}`;
    });
    assertOutcomes(outcomes, ['used 303', 'used 410']);
  });
});

describe('a rotated credential', () => {
  test('keeps its links and the sessions that they made', async () => {
    const service = await startService();
    const partner = await service.newPartner();
    const account = await service.newAccount(partner);
    const link = async () =>
      new URL((await partner.loginAgent({ accountID: account, agentID: 1, server })).login)
        .pathname as `/${string}`;
    const visitor = newVisitor(service);
    assert.equal((await visitor.post(await link())).http, 303);
    const unused = await link();
    await service.operator.rotateCredential({ client_id: partner.clientId });
    assert.equal((await visitor.get(`/api/workspace/${account}`)).http, 200);
    assert.equal((await newVisitor(service).post(unused)).http, 303);
  });
});
