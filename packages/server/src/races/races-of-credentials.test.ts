import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '@switchboard/contract';
import { createPartnerClient, type PartnerClient } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { assertOutcomes, PAIR_ROUNDS } from '../testing/races.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
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

  type Credential = { clientId: string; client: PartnerClient; revoke(): Promise<unknown> };
  async function newCredential(): Promise<Credential> {
    const { operator } = nodes[0];
    const { client_id, client_secret } = await operator.createCredential({
      partner: partner.partner,
    });
    const client = createPartnerClient({
      ...{ baseUrl: node().baseUrl, retries: 0 },
      ...{ clientId: client_id, clientSecret: client_secret },
    });
    await client.accessToken();
    return {
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

  async function run(t: TestContext, round: (account: number) => Promise<string>) {
    const outcomes = new Map<string, number>();
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const account = await nodes[0].newAccount(partner);
        for (let n = 0; n < PAIR_ROUNDS / LANES; n += 1) {
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
