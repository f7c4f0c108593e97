import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { updateAccountStatements } from '../../accounts/updating/update-account-statement.ts';
import { sha256 } from '../../secret.ts';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { newVisitor, type Visitor } from '../../testing/visitor.ts';
import { createLinkSession, createSession } from './session.ts';

const server = 'online';

describe('the sessions of one person', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });

  const read = <Row>(statement: ReturnType<typeof sql>) =>
    service.database.read((db) => db.query<Row>(statement));
  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));

  async function somebody() {
    const email = accountRequest().admin_email;
    const account = await service.newAccount(partner, { admin_email: email });
    const [row] = await read<{ id: string; credential: number }>(sql`
      select p.id, c.credential_id as credential from persons p, credentials c
      where p.email = ${email} and c.client_id = ${partner.clientId}`);
    const maker = { credentialId: row?.credential ?? 0, memberPersonId: null };
    return { email, account, personId: row?.id ?? '', maker };
  }
  type Somebody = Awaited<ReturnType<typeof somebody>>;
  const from = { address: '::1', userAgent: undefined };
  const recorder = {
    actor: { kind: 'person', id: 'test' },
    address: '::1',
    requestId: 'test',
  } as const;
  const byPassword = (
    { personId }: Somebody,
    realm: 'console' | `server:${string}`,
    number: number,
  ) =>
    service.database.write((db) =>
      createSession(db, recorder, { ...from, personId, realm, number, remembered: true }),
    );
  const byLink = (of: Somebody, accountId: number, number: number) =>
    service.database.write((db) =>
      createLinkSession(db, recorder, { ...from, ...of, server, accountId, agentId: 1, number }),
    );
  const isLeft = async (token: string) =>
    (await read(sql`select from sessions where token_hash = ${sha256(token)}`)).length === 1;

  test('by password are 50 of a realm: the 51st ends the oldest of them, and no other kind', async () => {
    const ada = await somebody();
    const others = [
      await byLink(ada, ada.account, 1),
      await byPassword(ada, 'console', 1),
      await byPassword(ada, 'server:second', 1),
    ];
    const tokens: string[] = [];
    for (let number = 100; number < 150; number += 1)
      tokens.push(await byPassword(ada, 'server:online', number));
    const [oldest = '', second = ''] = tokens;
    assert.equal(await isLeft(oldest), true);
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(ada.email)).http, 200);
    assert.equal((await visitor.get(`/api/workspace/${ada.account}`)).http, 200);
    assert.deepEqual([await isLeft(oldest), await isLeft(second)], [false, true]);
    // Expired ones go first, and the new one stays though its sign-in began long ago.
    await write(sql`
      update sessions set expires_at = now() where token_hash = ${sha256(tokens.at(-1) ?? '')}`);
    const slow = await byPassword(ada, 'server:online', 0);
    assert.deepEqual([await isLeft(tokens.at(-1) ?? ''), await isLeft(second)], [false, true]);
    assert.equal(await isLeft(slow), true);
    const slower = await byPassword(ada, 'server:online', 0);
    assert.deepEqual([await isLeft(slow), await isLeft(slower)], [false, true]);
    for (const token of others) assert.equal(await isLeft(token), true);
  });

  test('by link are 20 of an account and credential', async () => {
    const ada = await somebody();
    const { client_id } = await service.operator.createCredential({ partner: partner.partner });
    const [own] = await read<{ id: number }>(sql`
      select credential_id as id from credentials where client_id = ${client_id}`);
    const others = [
      await byPassword(ada, 'server:online', 1),
      await byLink(ada, ada.account + 1000, 1),
      await byLink(
        { ...ada, maker: { credentialId: own?.id ?? 0, memberPersonId: null } },
        ada.account,
        1,
      ),
    ];
    const tokens: string[] = [];
    for (let number = 100; number < 121; number += 1)
      tokens.push(await byLink(ada, ada.account, number));
    assert.deepEqual([await isLeft(tokens[0] ?? ''), await isLeft(tokens[1] ?? '')], [false, true]);
    for (const token of others) assert.equal(await isLeft(token), true);
  });

  test('by link end with their agent, though the person is invited again', async () => {
    const ada = await somebody();
    const admin = newVisitor(service);
    await admin.signIn(ada.email);
    const bob = await somebody();
    const at = `/api/workspace/${ada.account}/agents` as const;
    const invite = async () => {
      const agent = { email: bob.email, name: 'Bob', role: 'agent' };
      const heard = await admin.post(at, agent);
      assert.equal(heard.body.state, 'open');
      return Number(heard.body.id);
    };
    const first = await invite();
    const newLink = async (agentID: number) => {
      const { login } = await partner.loginAgent({ accountID: ada.account, agentID, server });
      return new URL(login).pathname as `/${string}`;
    };
    const visitor: Visitor = newVisitor(service);
    assert.equal((await visitor.post(await newLink(first))).http, 303);
    const unused = await newLink(first);
    assert.equal((await admin.delete(`${at}/${first}`)).http, 200);
    const crossed = await byLink(bob, ada.account, 1_000_000);
    await write(sql`
      update sessions set link_agent_id = ${first} where token_hash = ${sha256(crossed)}`);
    const again = await invite();
    assert.notEqual(again, first);
    for (const path of ['/api/workspace', `/api/workspace/${ada.account}`] as const)
      assert.equal((await visitor.get(path)).http, 401);
    assert.equal((await newVisitor(service).post(unused)).http, 410);
    assert.equal((await newVisitor(service).post(await newLink(again))).http, 303);
  });

  test('are counted by a receipt from what can count alone, however many others there are', async () => {
    const ada = await somebody();
    const flood = (realm: string, live: boolean, accountId: number | null) =>
      write(sql`
        insert into sessions (person_id, token_hash, realm, number, expires_at,
          link_server, link_account_id, link_agent_id, link_credential_id)
        select ${ada.personId}, sha256(gen_random_uuid()::text::bytea), ${realm},
          nextval('entry_numbers'), now() + ${live ? 1 : -1} * interval '1 hour',
          case when ${accountId}::int is not null then 'online' end, ${accountId}::int + n,
          case when ${accountId}::int is not null then 1 end,
          case when ${accountId}::int is not null then ${ada.maker.credentialId}::int end
        from generate_series(1, 10000) n`);
    await flood('server:online', false, null);
    await flood('console', true, null);
    await flood('server:second', true, null);
    await flood('server:online', true, 100_000);
    const visitor = newVisitor(service);
    await visitor.signIn(ada.email);
    await byLink(ada, ada.account, 1_000_000_000);
    await write(sql`analyze sessions`);

    const token = await partner.accessToken();
    const call = {
      caller: { kind: 'credential' as const, tokenHash: sha256(token) },
      ...{ server, accountId: ada.account, accountStatus: 0 as const },
      ...{ accountName: undefined, statusReason: undefined, builderUrl: undefined },
      ...{ ifMatch: undefined, address: '::1', requestId: 'plan' },
    };
    const { text, bind } = updateAccountStatements.credential;
    const values = bind([call], true);
    const plan = await service.database
      .write(async (db) => {
        const rows = await db.query<{ 'QUERY PLAN': object }>({
          text: `explain (analyze, format json) ${text}`,
          values,
        });
        throw Object.assign(new Error('undone'), { plan: rows[0]?.['QUERY PLAN'] });
      })
      .catch((error: { plan: object }) => error.plan);
    const scans = nodesOf(plan).filter((node) => node['Relation Name'] === 'sessions');
    assert.equal(scans.length, 2);
    for (const scan of scans) {
      const rows = Number(scan['Actual Rows']) + Number(scan['Rows Removed by Filter'] ?? 0);
      assert.ok(rows <= 2, JSON.stringify(scan));
    }
    const off = { account_id: ada.account, server, account_status: 0 as const };
    assert.equal((await partner.updateAccount(off)).suspended?.sessions_ended, 2);
  });
});

type PlanNode = Record<string, unknown>;

/** Every node of a plan, at any depth. */
function nodesOf(plan: unknown): PlanNode[] {
  if (typeof plan !== 'object' || plan === null) return [];
  return [plan as PlanNode, ...Object.values(plan).flatMap(nodesOf)];
}
