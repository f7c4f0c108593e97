import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

const server = 'online';

describe('the filters of getAccounts', () => {
  let service: TestService;
  let partner: TestPartner;
  before(async () => {
    service = await startService();
  });

  const write = (statement: ReturnType<typeof sql>) =>
    service.database.write((db) => db.query(statement));
  type Asked = Parameters<TestPartner['getAccounts']>[0];
  const find = async (asked: Asked) =>
    (await partner.getAccounts(asked)).list.map(({ account_id }) => Number(account_id));
  const listed = async (id: number) =>
    (await partner.getAccounts({ q: String(id) })).list.find(
      ({ account_id }) => account_id === String(id),
    ) ?? assert.fail();

  test('builder: with a link, without, and those whose builder failed, however it is spelt', async () => {
    partner = await service.newPartner();
    const links = {
      none: '',
      good: 'https://good.example/a',
      bad: 'https://bad.example/x?token=1',
      shouted: 'HTTPS://BAD.example:443#f',
      script: 'https://דוגמה.example',
      unknown: 'https://unknown.example',
    };
    const ids: Record<string, number> = {};
    for (const [name, builder_url] of Object.entries(links)) {
      const account_id = await service.newAccount(partner);
      ids[name] = account_id;
      await partner.updateAccount({ account_id, server, builder_url });
    }
    await write(sql`
      insert into builder_checks (origin, host, state, at)
      values ('https://good.example', 'good.example', 'ok', now()),
             ('https://bad.example', 'bad.example', 'server_error', now()),
             ('https://xn--6dbbec0c.example', 'xn--6dbbec0c.example', 'bad_tls', now())
      on conflict (origin) do update set state = excluded.state, at = now()`);
    const { none, good, bad, shouted, script, unknown } = ids;
    assert.deepEqual(await find({ builder: 'without' }), [none]);
    assert.deepEqual(await find({ builder: 'with' }), [good, bad, shouted, script, unknown]);
    assert.deepEqual(await find({ builder: 'failing' }), [bad, shouted, script]);
    assert.deepEqual(await find({ builder: 'failing', limit: 2 }), [bad, shouted]);
  });

  test('off_before and changed_after: by when the status and the settings last changed', async () => {
    partner = await service.newPartner();
    const [on, off, renamed] = await Promise.all([0, 1, 2].map(() => service.newAccount(partner)));
    assert.ok(on && off && renamed);
    await write(sql`
      update accounts
      set changed_at = now() - interval '3 days', status_changed_at = now() - interval '3 days'
      where partner_id = ${partner.partner}`);
    const now = Math.floor(Date.now() / 1000);
    const recently = now - 3600;
    assert.deepEqual(await find({ changed_after: recently }), []);
    await partner.updateAccount({ account_id: renamed, server, account_name: 'Renamed' });
    await partner.updateAccount({ account_id: off, server, account_status: 0 });
    await partner.updateAccount({ account_id: on, server, account_status: 1 });
    assert.deepEqual((await find({ changed_after: recently })).sort(), [off, renamed].sort());
    assert.ok((await listed(renamed)).changed >= now - 60);
    assert.ok((await listed(renamed)).status_changed < recently);
    assert.ok((await listed(off)).status_changed >= now - 60);
    assert.deepEqual(await find({ off_before: recently }), []);
    assert.deepEqual(await find({ off_before: now + 60 }), [off]);
    await write(sql`
      update accounts set status_changed_at = now() - interval '2 days'
      where account_id = ${off} and server = ${server}`);
    await partner.updateAccount({ account_id: off, server, account_name: 'Still off' });
    assert.deepEqual(await find({ off_before: recently }), [off]);
    await partner.updateAccount({ account_id: off, server, account_status: 1 });
    assert.deepEqual(await find({ off_before: now + 60 }), []);
  });

  test('a restored account counts as changed', async () => {
    partner = await service.newPartner();
    const account_id = await service.newAccount(partner);
    await write(sql`
      update accounts set changed_at = now() - interval '3 days'
      where account_id = ${account_id} and server = ${server}`);
    await partner.deleteAccount({ accountID: account_id, server });
    await service.operator.restoreAccount({ account_id, server });
    assert.deepEqual(await find({ changed_after: Math.floor(Date.now() / 1000) - 60 }), [
      account_id,
    ]);
  });

  test('entered: never, until somebody comes in by password or by link', async () => {
    partner = await service.newPartner();
    const request = accountRequest();
    const { account_id: byPassword } = await partner.createAccount(request);
    const [byLink, never] = [await service.newAccount(partner), await service.newAccount(partner)];
    assert.deepEqual(await find({ entered: 'never' }), [byPassword, byLink, never]);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    assert.deepEqual(await find({ entered: 'never' }), [byPassword, byLink, never]);
    assert.equal((await visitor.get(`/api/workspace/${byPassword}`)).http, 200);
    const guest = newVisitor(service);
    const { login } = await partner.loginAgent({ accountID: byLink, agentID: 1, server });
    const path = new URL(login).pathname as `/${string}`;
    assert.equal((await guest.post(path)).http, 303);
    assert.equal((await guest.get(`/api/workspace/${byLink}`)).http, 200);
    while ((await find({ entered: 'never' })).length > 1);
    assert.deepEqual(await find({ entered: 'never', limit: 1 }), [never]);
    for (const id of [byPassword, byLink]) {
      const at = (await listed(id)).last_entered ?? 0;
      assert.ok(Math.abs(at - Date.now() / 1000) < 60);
      const { list } = await partner.getAgents({ accountID: id, server });
      assert.deepEqual(
        list.map(({ last_entered }) => last_entered),
        [at],
      );
    }
    assert.equal((await listed(never)).last_entered, null);
  });
});
