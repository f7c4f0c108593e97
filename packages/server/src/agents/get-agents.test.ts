import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type ReasonName, Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

const refused = (reason: ReasonName, http: number) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.deepEqual([error.reason, error.http], [reason, http]);
  return true;
};

describe('getAgents', () => {
  let service: TestService;
  let partner: TestPartner;
  const server = 'online';

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'second' });
    partner = await service.newPartner();
  });

  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));

  test('lists the agents by number, with both totals and the seconds of their making', async () => {
    const request = accountRequest();
    const { account_id } = await partner.createAccount(request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const noa = { email: 'Noa@Example.com', name: 'Noa Levi', display_name: 'N', role: 'agent' };
    await visitor.post(`/api/workspace/${account_id}/agents`, noa);
    const { list, ...rest } = await partner.getAgents({ accountID: account_id, server });
    assert.deepEqual(rest, {
      ...{ status: 'OK', reason: 1, accountID: account_id, server },
      ...{ totalagents: 2, totalAgents: 2 },
    });
    const none = {
      ...{ two_factor_type: null, two_factor_phone: null, two_factor_email: null },
      not_delivered: null,
      last_entered: null,
    };
    const times = list.map(({ create_time }) => create_time);
    for (const time of times) {
      assert.ok(Number.isInteger(time));
      assert.ok(Math.abs(time - Date.now() / 1000) < 60);
    }
    // By whoever came in to invite.
    const entered = list[0]?.last_entered ?? 0;
    assert.ok(entered >= (times[0] ?? 0) && entered - (times[0] ?? 0) < 60);
    assert.deepEqual(list, [
      {
        ...{ id: 1, create_time: times[0], email: request.admin_email, agent_name: 'Ada Admin' },
        ...{ role: 'administrator', state: 'open', ...none, last_entered: entered },
      },
      {
        ...{ id: 2, create_time: times[1], email: 'noa@example.com', agent_name: 'Noa Levi' },
        ...{ role: 'agent', state: 'waiting', ...none },
      },
    ]);
  });

  test('takes the main server by default, and either spelling of the number', async () => {
    const here = await service.newAccount(partner);
    const email = accountRequest().admin_email;
    await write(sql`update servers set next_account_id = ${here} where name = 'second'`);
    await service.newAccount(partner, { server: 'second', admin_email: email });
    const main = await partner.getAgents({ accountID: here });
    assert.equal(main.server, server);
    assert.notEqual(main.list[0]?.email, email);
    const second = await partner.getAgents({ accountID: here, server: 'SECOND' });
    assert.deepEqual([second.server, second.list[0]?.email], ['second', email]);
    const token = await partner.accessToken();
    const heard = await send(service.baseUrl, 'getAgents', { token, body: { account_id: here } });
    assert.deepEqual([heard.http, heard.body.accountID], [200, here]);
  });

  test('says how each agent signs in: by password alone, codes by e-mail, or an app', async () => {
    const factor = async (changes: object, prepare?: (email: string) => Promise<unknown>) => {
      const request = { ...accountRequest(), ...changes };
      const { account_id } = await partner.createAccount(request);
      await prepare?.(request.admin_email);
      const { list } = await partner.getAgents({ accountID: account_id, server });
      const [agent] = list;
      return [agent?.two_factor_type, agent?.two_factor_email, agent?.two_factor_phone];
    };
    const app = (verified: boolean) => async (email: string) => {
      await write(sql`update persons set two_factor_enabled = true where email = ${email}`);
      await write(sql`
        insert into two_factors (person_id, secret, generation, verified)
        select id, 's'::bytea, generation, ${verified} from persons where email = ${email}`);
    };
    assert.deepEqual(await factor({}), [null, null, null]);
    const codes = { admin_2fa: 1, admin_2fa_value: 'codes@example.com' } as const;
    assert.deepEqual(await factor(codes), ['email', 'codes@example.com', null]);
    assert.deepEqual(await factor({}, app(true)), ['totp', null, null]);
    assert.deepEqual(await factor(codes, app(true)), ['totp', null, null]);
    // Set up, but its first code was never given: it is not asked for.
    const half = await factor(codes, app(false));
    assert.deepEqual(half, ['email', 'codes@example.com', null]);
    const own = await factor({}, (email) =>
      write(sql`update persons set two_factor_enabled = true where email = ${email}`),
    );
    assert.deepEqual([own[0], /^admin-.*@example\.com$/.test(String(own[1]))], ['email', true]);
  });

  test('tells nothing of how somebody signs in who only waits', async () => {
    const codes = { admin_2fa: 1, admin_2fa_value: 'codes@example.com' } as const;
    const request = { ...accountRequest(), ...codes };
    await partner.createAccount(request);
    const other = await service.newPartner();
    const named = { ...accountRequest(), admin_email: request.admin_email, admin_name: 'Somebody' };
    const { account_id } = await other.createAccount(named);
    const { list } = await other.getAgents({ accountID: account_id });
    const { create_time, ...agent } = list[0] ?? assert.fail();
    assert.deepEqual(agent, {
      ...{ id: 1, email: request.admin_email, agent_name: 'Somebody', role: 'administrator' },
      ...{
        state: 'waiting',
        two_factor_type: null,
        two_factor_phone: null,
        two_factor_email: null,
        not_delivered: null,
        last_entered: null,
      },
    });
  });

  test('refuses what is no account and no server, each with its reason', async () => {
    const accountID = await service.newAccount(partner);
    const token = await partner.accessToken();
    for (const bad of [undefined, 0, -1, 8.5, '8a', null, true, 99_999_999]) {
      const heard = await send(service.baseUrl, 'getAgents', { token, body: { accountID: bad } });
      assertRefused(heard, 33, 422, bad);
    }
    for (const bad of ['', 'a b', null, 5, 'x'.repeat(51)]) {
      const body = { accountID, server: bad };
      assertRefused(await send(service.baseUrl, 'getAgents', { token, body }), 34, 422, bad);
    }
    await assert.rejects(
      partner.getAgents({ accountID, server: 'nowhere' }),
      refused('server_not_found', 404),
    );
    const missing = refused('account_not_found', 404);
    await assert.rejects(partner.getAgents({ accountID: 9_999_999, server }), missing);
    await assert.rejects(partner.getAgents({ accountID, server: 'second' }), missing);
    await partner.deleteAccount({ accountID, server });
    await assert.rejects(partner.getAgents({ accountID, server }), missing);
  });

  test('still answers for an account that is off', async () => {
    const accountID = await service.newAccount(partner);
    await partner.updateAccount({ account_id: accountID, server, account_status: 0 });
    assert.equal((await partner.getAgents({ accountID, server })).totalAgents, 1);
  });
});
