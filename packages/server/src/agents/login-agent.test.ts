import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type ActivityLog, type ReasonName, Refusal } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { assertRefused, send } from '../testing/http.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

const refused = (reason: ReasonName, http: number) => (error: unknown) => {
  assert.ok(error instanceof Refusal, String(error));
  assert.deepEqual([error.reason, error.http], [reason, http]);
  return true;
};

describe('loginAgent', () => {
  let service: TestService;
  let partner: TestPartner;
  let token: string;
  const server = 'online';

  before(async () => {
    service = await startService();
    await service.operator.createServer({ server: 'second' });
    partner = await service.newPartner();
    token = await partner.accessToken();
  });

  const post = (body: object, as = token) =>
    send(service.baseUrl, 'loginAgent', { token: as, body });
  const links = (account_id: number) =>
    service.database.read((db) =>
      db.query<{ minutes: number; hash: Buffer; client_id: string }>(sql`
          select token_hash as hash,
            (select c.client_id from credentials c where c.credential_id = l.credential_id)
              as client_id,
            round(extract(epoch from expires_at - created_at) / 60)::int as minutes
          from login_links l where account_id = ${account_id}`),
    );

  test("answers a link on the account's server that is kept hashed and ends in five minutes", async () => {
    const accountID = await service.newAccount(partner);
    const answer = await partner.loginAgent({ accountID, agentID: 1, server });
    const { login, ...rest } = answer;
    assert.deepEqual(rest, { status: 'OK', reason: 1, accountID, agentID: 1, server });
    const { origin, pathname } = new URL(login);
    assert.equal(origin, newVisitor(service).origin);
    assert.match(pathname, /^\/login-link\/swb_ll_[\w-]{43}$/);
    const [link, ...more] = await links(accountID);
    assert.equal(more.length, 0);
    assert.deepEqual([link?.minutes, link?.client_id], [5, partner.clientId]);
    const secret = pathname.slice('/login-link/'.length);
    assert.equal(link?.hash.includes(secret), false);
    const again = await partner.loginAgent({ accountID, agentID: 1, server });
    assert.notEqual(again.login, login);
  });

  test('opens the account without a password, once, and the log says it was the partner', async () => {
    await service.database.write((db) =>
      db.query(sql`
        update partners set support_name = 'Help' where partner_id = ${partner.partner}`),
    );
    const codes = { admin_2fa: 1, admin_2fa_value: 'codes@example.com' };
    const accountID = await service.newAccount(partner, codes);
    const { login } = await partner.loginAgent({ accountID, agentID: 1, server });
    const path = new URL(login).pathname as `/${string}`;
    const visitor = newVisitor(service);
    assert.equal((await visitor.get(path)).http, 200);
    const opened = await visitor.post(path);
    assert.deepEqual(
      [opened.http, opened.headers.location],
      [303, `/accounts/${accountID}`],
      opened.text,
    );
    const state = await visitor.get(`/api/workspace/${accountID}`);
    assert.deepEqual(state.body.agent, {
      ...{ id: 1, role: 'administrator', display_name: 'Ada', signed_in_by_link: true },
    });
    const again = newVisitor(service);
    assert.equal((await again.post(path)).http, 410);
    assertFailure(await again.get(`/api/workspace/${accountID}`), 'no_session');

    const log = (await visitor.get(`/api/workspace/${accountID}/log`)).body as ActivityLog;
    assert.deepEqual(
      log.entries
        .slice(0, 2)
        .map(({ type, actor, agent, changes }) => [type, actor, agent, changes]),
      ['login_link.used', 'login_link.created'].map((type) => [
        ...[type, { kind: 'partner', name: 'Help', role: null }, 'Ada Admin', {}],
      ]),
    );
  });

  test('refuses what is no number and no server, the account before the agent', async () => {
    const accountID = await service.newAccount(partner);
    const good = { accountID, agentID: 1, server };
    for (const bad of [undefined, 0, '8a', null, 99_999_999]) {
      assertRefused(await post({ ...good, accountID: bad, agentID: bad }), 33, 422, bad);
      assertRefused(await post({ ...good, agentID: bad }), 35, 422, bad);
    }
    for (const bad of [undefined, '', 'a b', null, 'x'.repeat(51)])
      assertRefused(await post({ ...good, server: bad }), 34, 422, bad);
    assertRefused(await post({ ...good, email: 'a@b.example' }), 39, 422);
    assert.deepEqual(await links(accountID), []);
  });

  test('refuses a server, an account and an agent that are not there', async () => {
    const accountID = await service.newAccount(partner);
    const call = (changes: object) =>
      partner.loginAgent({ accountID, agentID: 1, server, ...changes });
    await assert.rejects(call({ server: 'nowhere' }), refused('server_not_found', 404));
    const missing = refused('account_not_found', 404);
    await assert.rejects(call({ accountID: 9_999_999 }), missing);
    await assert.rejects(call({ server: 'second' }), missing);
    await assert.rejects(call({ agentID: 2 }), refused('agent_not_found', 404));
    await partner.deleteAccount({ accountID, server });
    await assert.rejects(call({}), missing);
    assert.deepEqual(await links(accountID), []);
  });

  test('makes no link while the account is off, whatever the agent', async () => {
    const accountID = await service.newAccount(partner);
    await partner.updateAccount({ account_id: accountID, server, account_status: 0 });
    for (const agentID of [1, 2])
      await assert.rejects(
        partner.loginAgent({ accountID, agentID, server }),
        refused('account_suspended', 409),
      );
    assert.deepEqual(await links(accountID), []);
    await partner.updateAccount({ account_id: accountID, server, account_status: 1 });
    assert.ok((await partner.loginAgent({ accountID, agentID: 1, server })).login);
  });

  test('makes no link for an agent who waits or was removed', async () => {
    const request = accountRequest();
    const { account_id } = await partner.createAccount(request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const at = `/api/workspace/${account_id}/agents` as const;
    const noa = { email: accountRequest().admin_email, name: 'Noa', role: 'agent' };
    const { body } = await visitor.post(at, noa);
    assert.equal(body.state, 'waiting');
    const input = { accountID: account_id, agentID: 2, server };
    const gone = refused('agent_not_found', 404);
    await assert.rejects(partner.loginAgent(input), gone);
    await visitor.delete(`${at}/2`);
    await assert.rejects(partner.loginAgent(input), gone);
  });

  test("answers for another partner's account exactly as for one that is not there", async () => {
    const theirs = await service.newAccount(partner);
    const off = await service.newAccount(partner);
    await partner.updateAccount({ account_id: off, server, account_status: 0 });
    const other = await (await service.newPartner()).accessToken();
    for (const call of ['loginAgent', 'getAgents'] as const) {
      const answers = [];
      for (const accountID of [9_999_999, theirs, off]) {
        const body = { accountID, server, ...(call === 'loginAgent' && { agentID: 1 }) };
        const heard = await send(service.baseUrl, call, { token: other, body });
        assertRefused(heard, 33, 404);
        answers.push(heard.text.replaceAll(/"request_id":"[^"]*"|\d{7}|\b\d+\b/g, '#'));
      }
      assert.deepEqual(new Set(answers).size, 1, answers.join('\n'));
    }
    assert.deepEqual(await links(theirs), []);
  });
});
