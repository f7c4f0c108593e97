import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  type Endpoint,
  type EndpointName,
  endpointNames,
  endpoints,
  type MemberRole,
  memberRoles,
  type ReasonName,
  reasons,
} from '@switchboard/contract';
import sql from 'sql-template-tag';
import { exampleRequest } from '../../testing/examples.ts';
import { type Heard, send } from '../../testing/http.ts';
import { makeInConsole, type TestMember } from '../../testing/member.ts';
import { startService, type TestPartner, type TestService } from '../../testing/service.ts';
import { assertFailure, newVisitor, PASSWORD } from '../../testing/visitor.ts';

const server = 'online';
type Call = Endpoint & { surface: 'partner' };
const calls = endpointNames
  .map((name) => [name, endpoints[name] as Endpoint] as const)
  .filter((call): call is [EndpointName, Call] => call[1].surface === 'partner');

function assertRefused({ http, body, text }: Heard, reason: ReasonName) {
  assert.deepEqual([body.status, body.code, http], ['FAIL', reason, reasons[reason].http], text);
  assert.equal(body.reason, reasons[reason].number);
}

describe("the console's door", () => {
  let service: TestService;
  let partner: TestPartner;
  let other: TestPartner;
  let account_id: number;
  let members: Record<MemberRole, TestMember>;

  before(async () => {
    service = await startService();
    [partner, other] = [await service.newPartner(), await service.newPartner()];
    account_id = await service.newAccount(partner);
    await service.newAccount(other);
    members = {
      administrator: await service.newMember(partner, 'administrator'),
      operator: await service.newMember(partner, 'operator'),
      viewer: await service.newMember(partner, 'viewer'),
    };
  });

  const eventsOf = async (of: TestPartner) => {
    const [row] = await service.database.read((db) =>
      db.query<{ n: number }>(sql`
        select count(*)::integer as n from events where partner_id = ${of.partner}`),
    );
    return row?.n ?? 0;
  };

  test('lets a role make the calls that name it and no others, of its own partner alone', async (t) => {
    let cells = 0;
    for (const [name, call] of calls)
      for (const role of memberRoles) {
        const member = members[role];
        const before = [await eventsOf(partner), await eventsOf(other)];
        const foreign = await makeInConsole(member, other.partner, call, exampleRequest(call));
        assertRefused(foreign, 'partner_not_found');
        if (!call.roles.includes(role)) {
          assertRefused(
            await makeInConsole(member, partner.partner, call, exampleRequest(call)),
            'role_forbidden',
          );
          assert.deepEqual([await eventsOf(partner), await eventsOf(other)], before, name);
        } else {
          // Nothing that would do anything: the call judges it, so it was let in.
          const { body } = await makeInConsole(member, partner.partner, call, { nonsense: 1 });
          assert.notEqual(body.code, 'role_forbidden', name);
          assert.notEqual(body.code, 'partner_not_found', name);
          assert.equal(body.code, 'parameter_unknown', `${name} ${role}`);
        }
        cells += 2;
      }
    t.diagnostic(
      `${calls.length} calls × ${memberRoles.length} roles × own and another partner: ${cells} cells`,
    );
    assert.equal(cells, calls.length * memberRoles.length * 2);
  });

  test('answers as the Partner API does, and the log says which person it was', async () => {
    const { operator } = members;
    const renamed = { account_id, server, account_name: 'Renamed by hand' };
    const { http, body, headers } = await makeInConsole(
      operator,
      partner.partner,
      endpoints.updateAccount,
      renamed,
    );
    assert.equal(http, 200);
    assert.deepEqual(body, await partner.updateAccount({ account_id, server }));
    assert.equal(headers.etag, `"${body.revision}"`);
    const { list } = await partner.getEvents({ account_id, server, type: 'account.updated' });
    assert.deepEqual(list.at(-1)?.actor, { kind: 'person', id: operator.personId });
    const stale = await makeInConsole(operator, partner.partner, endpoints.updateAccount, renamed, {
      'if-match': '"1"',
    });
    assertRefused(stale, 'revision_mismatch');
  });

  test('keeps the idempotency keys of each caller apart', async () => {
    const headers = { 'idempotency-key': 'one key' };
    const rename = (account_name: string) => ({ account_id, server, account_name });
    const { administrator, operator } = members;
    const { updateAccount } = endpoints;
    const first = await makeInConsole(
      operator,
      partner.partner,
      updateAccount,
      rename('By operator'),
      headers,
    );
    const again = await makeInConsole(
      operator,
      partner.partner,
      updateAccount,
      rename('By operator'),
      headers,
    );
    assert.equal(again.headers['idempotent-replayed'], 'true');
    assert.equal(again.text, first.text);
    const hers = await makeInConsole(
      administrator,
      partner.partner,
      updateAccount,
      rename('By her'),
      headers,
    );
    assert.equal(hers.body.account_name, 'By her');
  });

  test('knows nobody without a live session of the console', async () => {
    const { getAccounts } = endpoints;
    assertRefused(
      await makeInConsole(newVisitor(service, null), partner.partner, getAccounts),
      'session_missing',
    );
    const elsewhere = newVisitor(service, null);
    const agent = await service.newPerson(partner);
    const online = newVisitor(service);
    await online.signIn(agent.email);
    for (const pair of online.cookies) elsewhere.cookies.set(...pair);
    assertRefused(await makeInConsole(elsewhere, partner.partner, getAccounts), 'session_missing');
    const gone = await service.newMember(partner);
    const kept = new Map(gone.cookies);
    await gone.post('/api/auth/sign-out', {});
    for (const pair of kept) gone.cookies.set(...pair);
    assertRefused(await makeInConsole(gone, partner.partner, getAccounts), 'session_missing');
  });

  test('is no place for other hosts, other origins and other methods', async () => {
    const { updateAccount } = endpoints;
    const at = `/api/console/${partner.partner}/online/updateAccount` as const;
    const { operator } = members;
    const headers = { origin: 'http://evil.localhost' };
    const change = { account_id, server, account_name: 'Evil' };
    assertRefused(
      await makeInConsole(operator, partner.partner, updateAccount, change, headers),
      'origin_refused',
    );
    assertRefused(await operator.get(at), 'method_not_allowed');
    assertRefused(await operator.get(at, { headers: { host: 'online.localhost' } }), 'wrong_host');
    const cookie = [...operator.cookies].map((pair) => pair.join('=')).join('; ');
    const host = new URL(operator.origin).host;
    const foreign = await send(service.baseUrl, at, {
      method: 'POST',
      headers: { cookie, host, 'sec-fetch-site': 'same-site' },
      body: change,
    });
    assertRefused(foreign, 'origin_refused');
    for (const odd of ['0', '-1', 'x', '99999999999', String(partner.partner + 10_000)])
      assertRefused(await makeInConsole(operator, odd, endpoints.getAccounts), 'partner_not_found');
    const token = await partner.accessToken();
    const byToken = await send(service.baseUrl, at, { method: 'POST', token, body: change });
    assert.equal(byToken.body.status, 'FAIL');
  });

  test('forgets whoever is removed, loses the role, or works for a suspended partner', async () => {
    const third = await service.newPartner();
    const id = await service.newAccount(third);
    const change = { account_id: id, server, account_name: 'After all' };
    const gone = await service.newMember(third);
    const { updateAccount } = endpoints;
    const write = (query: ReturnType<typeof sql>) =>
      service.database.write((db) => db.query(query));
    await write(sql`delete from members where person_id = ${gone.personId}`);
    assertRefused(
      await makeInConsole(gone, third.partner, updateAccount, change),
      'partner_not_found',
    );
    const lowered = await service.newMember(third);
    await write(sql`update members set role = 'viewer' where person_id = ${lowered.personId}`);
    assertRefused(
      await makeInConsole(lowered, third.partner, updateAccount, change),
      'role_forbidden',
    );
    await service.operator.suspendPartner({ partner: third.partner });
    assertRefused(
      await makeInConsole(lowered, third.partner, endpoints.getAccounts),
      'partner_suspended',
    );
    await service.operator.resumePartner({ partner: third.partner });
    assertRefused(
      await makeInConsole(lowered, third.partner, endpoints.getAccounts),
      'session_missing',
    );
  });

  test('asks for a second factor where the partner does', async () => {
    const third = await service.newPartner();
    const id = await service.newAccount(third);
    const member = await service.newMember(third);
    await third.updatePartnerProfile({ requires_second_factor: true });
    const change = { account_id: id, server, account_name: 'Without a factor' };
    assertRefused(
      await makeInConsole(member, third.partner, endpoints.updateAccount, change),
      'second_factor_needed',
    );
    const states = async () =>
      ((await member.get('/api/console')).body.partners as { state: string }[]).map(
        ({ state }) => state,
      );
    assert.deepEqual(await states(), ['second_factor_needed']);
    await service.database.write((db) =>
      db.query(sql`update persons set two_factor_enabled = true where id = ${member.personId}`),
    );
    const { http } = await makeInConsole(member, third.partner, endpoints.updateAccount, change);
    assert.equal(http, 200);
    assert.deepEqual(await states(), ['active']);
  });

  test('tells who is signed in for whom they work', async () => {
    const { viewer } = members;
    await service.database.write((db) =>
      db.query(sql`
        insert into members (partner_id, person_id, role, state)
        values (${other.partner}, ${viewer.personId}, 'administrator', 'waiting')`),
    );
    const { body } = await viewer.get('/api/console');
    assert.deepEqual(body, {
      person: { id: viewer.personId, name: viewer.name, email: viewer.email },
      partners: [{ partner: partner.partner, name: 'A partner', role: 'viewer', state: 'active' }],
    });
    assertRefused(
      await makeInConsole(viewer, other.partner, endpoints.getAccounts),
      'partner_not_found',
    );
  });

  test('takes the password once more, and refuses a wrong one', async () => {
    const { administrator } = members;
    const confirm = (password: string) =>
      administrator.post('/api/console/confirm-password', { password });
    assert.equal((await confirm('Wrong-Horse1')).http, 400);
    assert.equal((await confirm(PASSWORD)).http, 200);
    const nobody = newVisitor(service, null);
    const path = '/api/console/confirm-password' as const;
    assertFailure(await nobody.post(path, { password: PASSWORD }), 'no_session');
    assertFailure(await nobody.get('/api/console'), 'no_session');
    const guesser = await service.newMember(partner, 'viewer');
    for (let n = 0; n < 10; n += 1)
      assertFailure(await guesser.post(path, { password: 'Wrong-Horse1' }), 'wrong_password');
    assertFailure(await guesser.post(path, { password: PASSWORD }), 'too_many_failures');
  });
});
