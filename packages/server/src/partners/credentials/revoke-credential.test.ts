import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';

let service: TestService;
/** Another node on the same database. */
let beside: TestService;

before(async () => {
  service = await startService();
  beside = await startService({ beside: service });
});

/** HTTP status and token that accessToken answers to a pair. */
async function ask(client_id: string, client_secret: string, node = service) {
  const response = await fetch(`${node.baseUrl}/api/settings/accessToken`, {
    method: 'POST',
    body: JSON.stringify({ client_id, client_secret }),
  });
  const answer = (await response.json()) as { access_token: string };
  return { status: response.status, token: answer.access_token };
}

/** HTTP status and reason of a call with a token on each of the two nodes. */
async function use(token: string) {
  const call = async ({ baseUrl }: TestService) => {
    const response = await fetch(`${baseUrl}/api/online/getAccounts`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { reason } = (await response.json()) as { reason: number };
    return `${response.status}/${reason}`;
  };
  return Promise.all([service, beside].map(call));
}

const WORKS = ['200/1', '200/1'];
const REFUSED = ['401/3', '401/3'];

describe('a token dies on every node before the call returns that', () => {
  test('revokes its credential; other credentials go on', async () => {
    const { partner, clientId, clientSecret } = await service.newPartner();
    const other = await service.operator.createCredential({ partner });
    const { token } = await ask(clientId, clientSecret);
    const kept = await ask(other.client_id, other.client_secret);
    assert.deepEqual(await use(token), WORKS);
    const revoked = await service.operator.revokeCredential({ client_id: clientId });
    assert.equal(revoked.state, 'revoked');
    assert.deepEqual(await use(token), REFUSED);
    assert.equal((await ask(clientId, clientSecret)).status, 401);
    assert.deepEqual(await use(kept.token), WORKS);
  });

  test('suspends its partner; once resumed, only new tokens work', async () => {
    const { partner, clientId, clientSecret } = await service.newPartner();
    const { token } = await ask(clientId, clientSecret);
    assert.deepEqual(await use(token), WORKS);
    assert.equal((await service.operator.suspendPartner({ partner })).state, 'suspended');
    assert.deepEqual(await use(token), REFUSED);
    assert.equal((await ask(clientId, clientSecret)).status, 401);
    assert.equal((await service.operator.resumePartner({ partner })).state, 'active');
    assert.deepEqual(await use(token), REFUSED);
    const again = await ask(clientId, clientSecret);
    assert.deepEqual(await use(again.token), WORKS);
  });

  const cuts: Record<string, (partner: TestPartner, token: string) => Promise<unknown>> = {
    'revokes its credential, amid a flood': ({ clientId }) =>
      service.operator.revokeCredential({ client_id: clientId }),
    'suspends its partner, amid a flood': ({ partner }) =>
      beside.operator.suspendPartner({ partner }),
    'revokes it alone, amid a flood': ({ clientId, clientSecret }, token) =>
      fetch(`${beside.baseUrl}/oauth/revoke`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${token}&client_id=${clientId}&client_secret=${clientSecret}`,
      }).then(({ status }) => assert.equal(status, 200)),
  };
  for (const [title, cut] of Object.entries(cuts))
    test(title, async () => {
      const partner = await service.newPartner();
      const accounts = await Promise.all(
        Array.from({ length: 8 }, () => service.newAccount(partner)),
      );
      const token = await partner.accessToken();
      const flood = startFlood(token, accounts);
      await flood.reached(200);
      await cut(partner, token);
      const { acknowledged, lateAndAccepted } = await flood.stop();
      assert.ok(acknowledged.length >= 200);
      assert.equal(lateAndAccepted, 0);
      assert.deepEqual((await namesRecorded(accounts)).sort(), acknowledged.sort());
    });
});

/** 32 clients on two nodes that give accounts new names as fast as they can, with one token. */
function startFlood(token: string, accounts: number[]) {
  const acknowledged: string[] = [];
  let cut = false;
  let lateAndAccepted = 0;
  let name = 0;
  const waiting: { count: number; resolve: () => void }[] = [];

  const change = async (node: TestService) => {
    const account_name = `Name ${++name}`;
    const account_id = accounts[name % accounts.length];
    const response = await fetch(`${node.baseUrl}/api/online/updateAccount`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ account_id, server: 'online', account_name }),
    });
    const { reason } = (await response.json()) as { reason: number };
    if (reason === 1) acknowledged.push(account_name);
    else assert.equal(`${response.status}/${reason}`, '401/3');
    for (const { count, resolve } of waiting) if (acknowledged.length >= count) resolve();
    return reason === 1;
  };
  const client = async (node: TestService) => {
    for (let late = 0; late < 5; ) {
      const begunLate = cut;
      const accepted = await change(node);
      if (begunLate) late += 1;
      if (begunLate && accepted) lateAndAccepted += 1;
    }
  };
  const clients = Array.from({ length: 32 }, (_, n) => client(n % 2 ? beside : service));

  return {
    reached: (count: number) =>
      Promise.race([
        new Promise<void>((resolve) => waiting.push({ count, resolve })),
        Promise.all(clients),
      ]),
    /** From here on no call may be accepted; returns after each client had five more answers. */
    stop: async () => {
      cut = true;
      await Promise.all(clients);
      return { acknowledged, lateAndAccepted };
    },
  };
}

async function namesRecorded(accounts: number[]): Promise<string[]> {
  const rows = await service.database.read((db) =>
    db.query<{ name: string }>(sql`
      select changes->'account_name'->>'to' as name from events
      where account_id = any (${accounts}) and type = 'account.updated'`),
  );
  return rows.map(({ name }) => name);
}
