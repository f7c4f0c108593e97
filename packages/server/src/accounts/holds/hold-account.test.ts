import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Answer } from '@switchboard/contract';
import { Refusal } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { sweep } from '../../sweep.ts';
import { assertRefused, send } from '../../testing/http.ts';
import { openLive } from '../../testing/live.ts';
import { eventsOf } from '../../testing/scenes/operator.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

const server = 'online';
const reason = 'abuse';

describe('an account that the operator holds', () => {
  let service: TestService;
  let beside: TestService;
  let partner: TestPartner;

  before(async () => {
    service = await startService();
    beside = await startService({ beside: service });
    partner = await service.newPartner();
  });

  const hold = (account_id: number, why = reason) =>
    service.operator.holdAccount({ account_id, server, reason: why });
  const release = (account_id: number) => service.operator.releaseAccount({ account_id, server });
  const set = (account_id: number, account_status: 0 | 1) =>
    partner.updateAccount({ account_id, server, account_status });
  const get = (account_id: number) => partner.getAccount({ account_id, server });
  const listed = async (of = partner.partner) =>
    (await service.operator.listHeldAccounts({ partner: of })).list;
  async function update(account_id: number, changes: object, headers = {}) {
    const body = { account_id, server, ...changes };
    const token = await partner.accessToken();
    return send(service.baseUrl, 'updateAccount', { token, headers, body });
  }
  /** Types and changes of its events after it was made. */
  async function told(account_id: number): Promise<[string, object][]> {
    const { list } = await partner.getEvents({ account_id, server });
    return list
      .filter(({ type }) => type !== 'account.created')
      .map(({ type, changes }) => [type, changes]);
  }
  const withHeld = (answer: Answer<'getAccount'>) => [answer.account_status, answer.held?.reason];
  const off = { account_status: { from: 1, to: 0 } };

  test('is switched off as by updateAccount: cut on every node, counted, recorded', async () => {
    const request = accountRequest();
    const account_id = await service.newAccount(partner, request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    await partner.loginAgent({ accountID: account_id, agentID: 1, server });
    const nodes = [service, beside];
    const streams = await Promise.all(
      nodes.map(({ baseUrl }) => openLive(baseUrl, visitor, account_id)),
    );
    for (const stream of streams) assert.equal((await stream.next())?.name, 'state');

    const answer = await hold(account_id);
    const { suspended, ...rest } = answer;
    const { held } = rest;
    assert.deepEqual(rest, {
      ...{ status: 'OK', reason: 1, partner: partner.partner, account_id, server },
      ...{ account_name: 'My Account', account_status: 0, revision: 2 },
      held: { reason, since: held.since },
    });
    const counted = [suspended?.sessions_ended, suspended?.login_links_voided, suspended?.at];
    assert.deepEqual(counted, [1, 1, held.since]);
    assert.ok(Math.abs(Date.parse(held.since) - Date.now()) < 60_000, held.since);
    for (const { baseUrl } of nodes)
      assert.equal((await openLive(baseUrl, visitor, account_id)).http, 403);
    for (const stream of streams) {
      assert.equal((await stream.next())?.name, 'disabled');
      await stream.ended;
    }
    assert.deepEqual(await told(account_id), [
      ['login_link.created', {}],
      ['account.suspended', { ...off, held: { from: null, to: reason } }],
    ]);
    const link = { accountID: account_id, agentID: 1, server };
    await assert.rejects(partner.loginAgent(link), { reason: 'account_suspended' });
  });

  test('carries why and since when in getAccount, getAccounts and updateAccount, and only then', async () => {
    const account_id = await service.newAccount(partner);
    const seen = async () => {
      const { list } = await partner.getAccounts({ q: `${account_id}` });
      const row = list.find((one) => one.account_id === `${account_id}`);
      const read = await partner.updateAccount({ account_id, server });
      return [(await get(account_id)).held, row?.held, read.held];
    };
    assert.deepEqual(await seen(), [undefined, undefined, undefined]);
    const { held } = await hold(account_id, ' שימוש לרעה ');
    assert.equal(held.reason, 'שימוש לרעה');
    assert.deepEqual(await seen(), [held, held, held]);
    await release(account_id);
    assert.deepEqual(await seen(), [undefined, undefined, undefined]);
  });

  test('is not switched on by updateAccount, which then does nothing of the call', async () => {
    const account_id = await service.newAccount(partner);
    await hold(account_id);
    const on = { account_status: 1, account_name: 'Other', builder_url: 'https://b.example/1' };
    const heard = await update(account_id, on);
    assertRefused(heard, 66, 409);
    assert.equal(
      heard.body.message,
      'The account is held by the operator (abuse); only the operator can switch it on.',
    );
    // Judged after the revision, which is 2.
    assertRefused(await update(account_id, on, { 'if-match': '"1"' }), 41, 412);
    assertRefused(await update(account_id, on, { 'if-match': '"2"' }), 66, 409);
    const kept = { 'idempotency-key': `on-${account_id}` };
    for (const replayed of [undefined, 'true']) {
      const again = await update(account_id, on, kept);
      const said = [again.body.reason, again.http, again.headers['idempotent-replayed']];
      assert.deepEqual(said, [66, 409, replayed]);
    }
    const now = await get(account_id);
    assert.deepEqual(
      [now.account_status, now.account_name, now.builder_url, now.revision],
      [0, 'My Account', '', 2],
    );
    assert.equal((await told(account_id)).length, 1);
  });

  test('takes every other change, and stays off', async () => {
    const account_id = await service.newAccount(partner);
    await hold(account_id);
    const changed = await partner.updateAccount({
      ...{ account_id, server, account_status: 0, status_reason: 'unpaid' },
      ...{ account_name: 'Other', builder_url: 'https://b.example/1' },
    });
    assert.deepEqual([changed.account_name, changed.revision], ['Other', 3]);
    assert.deepEqual(withHeld(await get(account_id)), [0, reason]);
  });

  test('that was off already is told as held, and another reason as held again', async () => {
    const account_id = await service.newAccount(partner);
    await set(account_id, 0);
    const first = await hold(account_id);
    assert.deepEqual([first.revision, first.suspended], [2, undefined]);
    // The same again changes and records nothing.
    assert.deepEqual(await hold(account_id), first);
    const second = await hold(account_id, 'a court order');
    assert.deepEqual(second.held, { reason: 'a court order', since: first.held.since });
    assert.equal(second.revision, 2);
    assert.deepEqual(await told(account_id), [
      ['account.suspended', off],
      ['account.held', { held: { from: null, to: reason } }],
      ['account.held', { held: { from: reason, to: 'a court order' } }],
    ]);
  });

  test('stays off when it is released, and whoever was inside has to sign in again', async () => {
    const request = accountRequest();
    const account_id = await service.newAccount(partner, request);
    const visitor = newVisitor(service);
    await visitor.signIn(request.admin_email);
    const inside = () => visitor.get(`/api/workspace/${account_id}`);
    const codeOf = async () => ((await inside()).body.error as { code?: string })?.code;
    assert.equal((await inside()).http, 200);
    await hold(account_id);
    assert.equal(await codeOf(), 'account_disabled');
    for (const _ of ['released', 'released already']) {
      const released = await release(account_id);
      assert.deepEqual([released.account_status, released.revision], [0, 2]);
      assert.equal('held' in released, false);
    }
    assert.equal(await codeOf(), 'account_disabled');
    assert.equal((await set(account_id, 1)).revision, 3);
    assert.equal(await codeOf(), 'sign_in_again');
    await visitor.signIn(request.admin_email);
    assert.equal((await inside()).http, 200);
    const types = (await told(account_id)).map(([type]) => type);
    assert.deepEqual(types, ['account.suspended', 'account.released', 'account.resumed']);
    // Its people read that the operator did it, not why.
    const { text } = await visitor.get(`/api/workspace/${account_id}/log?kind=account`);
    assert.match(text, /"type":"account.suspended".*"kind":"operator"/);
    assert.doesNotMatch(text, /abuse|held"/);
  });

  test('may be deleted, and is still held when it is restored', async () => {
    const account_id = await service.newAccount(partner);
    const { held } = await hold(account_id);
    await partner.deleteAccount({ accountID: account_id, server });
    for (const call of [() => hold(account_id, 'other'), () => release(account_id)])
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof Refusal);
        assert.deepEqual([error.reason, error.http], ['account_not_found', 404]);
        assert.match(error.message, /a deleted one must be restored first/);
        return true;
      });
    const state = async () => (await listed()).find((one) => one.account_id === account_id)?.state;
    assert.equal(await state(), 'deleted');
    const restored = await service.operator.restoreAccount({ account_id, server });
    assert.deepEqual([restored.account_status, restored.held], [0, held]);
    assert.equal(await state(), 'off');
    assertRefused(await update(account_id, { account_status: 1 }), 66, 409);
  });

  test('is held no longer once it is erased, and nothing says why it was', async () => {
    const account_id = await service.newAccount(partner);
    await hold(account_id, 'sensitive words');
    await partner.deleteAccount({ accountID: account_id, server });
    const run = (statement: ReturnType<typeof sql>) =>
      service.database.write((db) => db.query<{ text: string }>(statement));
    await run(sql`update accounts set deleted_at = now() - interval '30 days'
      where account_id = ${account_id}`);
    await sweep(service.database);
    assert.equal(
      (await listed()).some((one) => one.account_id === account_id),
      false,
    );
    const [row] = await run(sql`
      select concat(
        (select string_agg(a::text, '') from accounts a where a.account_id = ${account_id}),
        (select string_agg(e::text, '') from events e where e.account_id = ${account_id})) as text`);
    assert.match(row?.text ?? '', /account.suspended/);
    assert.doesNotMatch(row?.text ?? '', /sensitive/);
  });

  test('is in the list of the operator, by server and number, of all partners or of one', async () => {
    const other = await service.newPartner();
    const ids = [await service.newAccount(other), await service.newAccount(other)];
    for (const account_id of ids) await hold(account_id);
    const list = await listed(other.partner);
    assert.deepEqual(
      list.map(({ held_time, ...row }) => row),
      ids.map((account_id) => ({
        ...{ partner: other.partner, server, account_id, account_name: 'My Account' },
        ...{ reason, state: 'off' },
      })),
    );
    for (const { held_time } of list) assert.ok(Math.abs(held_time - Date.now() / 1000) < 60);
    const { list: all } = await service.operator.listHeldAccounts();
    assert.deepEqual(
      all.filter((one) => one.partner === other.partner),
      list,
    );
    await assert.rejects(listed(2_000_000_000), { reason: 'partner_not_found', http: 404 });
    await assert.rejects(listed(0), { reason: 'partner_invalid', http: 422 });
    assert.ok((await eventsOf(service, other.partner)).some((e) => e.actor_kind === 'operator'));
  });

  test('and nothing else is named in a hold and a release', async () => {
    const account_id = await service.newAccount(partner);
    const fine = { account_id, server, reason };
    for (const [changes, number, http] of [
      [{ account_id: 0 }, 33, 422],
      [{ account_id: 9_999_998 }, 33, 404],
      [{ server: 'a.b' }, 34, 422],
      [{ server: 'nowhere' }, 34, 404],
      [{ reason: '' }, 116, 422],
      [{ reason: 'x'.repeat(257) }, 116, 422],
      [{ reason: 'a\nb' }, 116, 422],
      [{ why: 'x' }, 39, 422],
    ] as const) {
      const body = { ...fine, ...changes };
      assertRefused(await send(service.operatorUrl, 'holdAccount', { body }), number, http);
      if (number === 116) continue;
      const { reason: _, ...released } = body;
      const heard = await send(service.operatorUrl, 'releaseAccount', { body: released });
      assertRefused(heard, number, http);
    }
    assert.deepEqual(withHeld(await get(account_id)), [1, undefined]);
  });
});
