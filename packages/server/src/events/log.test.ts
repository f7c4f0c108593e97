import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ActivityLog } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { ADA, HELP, startLog } from '../testing/scenes/log.ts';
import { assertFailure, newVisitor } from '../testing/visitor.ts';

describe("an account's log, from within", () => {
  let scene: Awaited<ReturnType<typeof startLog>>;
  const server = 'online';

  before(async () => {
    scene = await startLog();
  });
  const inside = () => scene.inside();

  test('says who did what, newest first, with each value before and after', async () => {
    const { id, at, visitor, log } = await inside();
    await scene.partner.updateAccount({
      ...{ account_id: id, server, account_name: 'Bakery' },
      builder_url: 'https://b.example',
    });
    await visitor.patch(`${at}/settings`, { language: 'he' });
    const noa = { email: 'noa@example.com', name: 'Noa Levi', display_name: 'Noa', role: 'agent' };
    await visitor.post(`${at}/agents`, noa);
    await visitor.patch(`${at}/agents/2`, { role: 'administrator' });
    const { entries, next } = await log();
    assert.equal(next, null);
    assert.deepEqual(entries.map(({ id: _, at: __, ...entry }) => entry).slice(0, -2), [
      {
        ...{ type: 'agent.updated', actor: ADA, agent: 'Noa Levi' },
        changes: { role: { from: 'agent', to: 'administrator' } },
      },
      {
        ...{ type: 'agent.invited', actor: ADA, agent: 'Noa Levi' },
        changes: {
          email: { from: null, to: 'noa@example.com' },
          role: { from: null, to: 'agent' },
        },
      },
      {
        ...{ type: 'settings.updated', actor: ADA, agent: null },
        changes: { language: { from: 'en', to: 'he' } },
      },
      {
        ...{ type: 'account.updated', actor: HELP, agent: null },
        changes: {
          account_name: { from: 'My Account', to: 'Bakery' },
          builder_url: { from: '', to: 'https://b.example' },
        },
      },
    ]);
    const first = entries.at(-1);
    assert.deepEqual([first?.type, first?.actor], ['account.created', HELP]);
    for (const entry of entries) assert.match(entry.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const ids = entries.map(({ id }) => id);
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => b - a),
    );
  });

  test('comes in pages that follow one another without gap or repeat', async () => {
    const { at, visitor, log } = await inside();
    for (let n = 0; n < 6; n++)
      await visitor.patch(`${at}/settings`, { support_email: `${n}@example.com` });
    const { entries: whole } = await log();
    assert.equal(whole.length, 8);
    for (const limit of [1, 2, 3, 8, 100]) {
      const seen: ActivityLog['entries'] = [];
      let page = await log(`?limit=${limit}`);
      for (;;) {
        assert.ok(page.entries.length <= limit);
        seen.push(...page.entries);
        if (page.next === null) break;
        assert.equal(page.entries.length, limit);
        // What is new meanwhile does not move the pages that follow.
        await visitor.patch(`${at}/settings`, { language: seen.length % 2 ? 'he' : 'en' });
        page = await log(`?limit=${limit}&before=${page.next}`);
      }
      assert.deepEqual(seen.slice(-8), whole, `pages of ${limit}`);
    }
  });

  test('has fifty entries a page unless asked for another number', async () => {
    const { id, log } = await inside();
    await scene.service.database.write((db) =>
      db.query(sql`
        insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
        select 'settings.updated', ${scene.partner.partner}, ${server}, ${id}, 'agent', '1'
        from generate_series(1, 120)`),
    );
    assert.equal((await log()).entries.length, 50);
    assert.equal((await log('?limit=100')).entries.length, 100);
  });

  test('is asked for by numbers and nothing else', async () => {
    const { read } = await inside();
    const bad = ['limit=0', 'limit=101', 'limit=x', 'limit=', 'limit=1.5', 'limit=1&limit=2'];
    bad.push('person=0', 'person=x', 'person=12345678', 'person=', 'kind=x', 'kind=');
    for (const query of [...bad, 'before=0', 'before=-1', 'before=x', 'before=99999999999999999']) {
      const heard = await read(`?${query}`);
      assertFailure(heard, 'request_invalid');
      const { parameter } = heard.body.error as { parameter: string };
      assert.equal(parameter, query.split('=')[0]);
    }
    assertFailure(await read('?after=5'), 'request_invalid');
    assert.equal((await read(`?before=${Number.MAX_SAFE_INTEGER}`)).http, 200);
  });

  test('tells neither why the partner did something nor by which program or from where', async () => {
    const { id, email, read } = await inside();
    const account = { account_id: id, server } as const;
    await scene.partner.updateAccount({
      ...account,
      account_status: 0,
      status_reason: 'Invoice unpaid',
    });
    await scene.partner.updateAccount({
      ...account,
      account_status: 1,
      status_reason: 'Paid at last',
    });
    await scene.partner.loginAgent({ accountID: id, agentID: 1, server });
    const visitor = newVisitor(scene.service);
    await visitor.signIn(email);
    const heard = await visitor.get(`/api/workspace/${id}/log`);
    const { entries } = heard.body as ActivityLog;
    assert.deepEqual(
      entries.slice(0, 4).map(({ type, actor, changes }) => [type, actor, changes]),
      [
        ['agent.signed_in', ADA, {}],
        ['login_link.created', HELP, {}],
        ['account.resumed', HELP, { account_status: { from: 0, to: 1 } }],
        ['account.suspended', HELP, { account_status: { from: 1, to: 0 } }],
      ],
    );
    const rows = await scene.service.database.read((db) =>
      db.query<Record<string, string>>(sql`
        select request_id, address, status_reason, actor_id from events
        where server = ${server} and account_id = ${id}`),
    );
    const secrets = rows.flatMap((row) => Object.values(row)).filter(Boolean);
    assert.ok(secrets.includes('Invoice unpaid') && secrets.includes(scene.partner.clientId));
    for (const secret of new Set(secrets))
      assert.equal(heard.text.includes(JSON.stringify(secret)), false, secret);
    for (const entry of entries)
      assert.deepEqual(Object.keys(entry).sort(), [
        'actor',
        'agent',
        'at',
        'changes',
        'id',
        'type',
      ]);
    assertFailure(await newVisitor(scene.service).get(`/api/workspace/${id}/log`), 'no_session');
    assertFailure(await read(), 'sign_in_again');
  });

  test("shows what is done in a session by link as the partner's doing", async () => {
    const { id, at, visitor, log } = await inside();
    const { login } = await scene.partner.loginAgent({ accountID: id, agentID: 1, server });
    const linked = newVisitor(scene.service);
    await linked.post(new URL(login).pathname as `/${string}`);
    await linked.patch(`${at}/settings`, { language: 'he' });
    await linked.post(`${at}/agents`, { email: 'new@example.com', name: 'New', role: 'agent' });
    await linked.patch(`${at}/agents/2`, { role: 'administrator' });
    await linked.delete(`${at}/agents/2`);
    await visitor.patch(`${at}/settings`, { language: 'en' });
    const { entries } = await log();
    assert.deepEqual(
      entries.slice(0, 7).map(({ type, actor }) => [type, actor]),
      [
        ['settings.updated', ADA],
        ['agent.removed', HELP],
        ['agent.updated', HELP],
        ['agent.invited', HELP],
        ['settings.updated', HELP],
        ['login_link.used', HELP],
        ['login_link.created', HELP],
      ],
    );
  });
});
