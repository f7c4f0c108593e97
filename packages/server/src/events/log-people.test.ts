import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ActivityLog, AgentList } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { startLog } from '../testing/scenes/log.ts';
import { accountRequest } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

describe("who is in an account's log, and what it is narrowed to", () => {
  let scene: Awaited<ReturnType<typeof startLog>>;
  const server = 'online';

  before(async () => {
    scene = await startLog();
  });
  const inside = () => scene.inside();

  test('keeps calling agents who were removed by their names, as actors and as subjects', async () => {
    const { at, visitor, log, people } = await inside();
    const known = accountRequest().admin_email;
    await scene.service.newAccount(scene.partner, {
      admin_email: known,
      admin_name: 'Noa of Haifa',
    });
    const noa = { email: known, name: 'Noa Levi', display_name: 'Noa', role: 'administrator' };
    await visitor.post(`${at}/agents`, noa);
    const colleague = newVisitor(scene.service);
    await colleague.signIn(known);
    await colleague.patch(`${at}/settings`, { language: 'he' });
    await visitor.delete(`${at}/agents/2`);
    await visitor.post(`${at}/agents`, { ...noa, display_name: 'Noa again' });
    const { entries } = await log();
    assert.deepEqual(
      entries.slice(0, 5).map(({ type, actor, agent }) => [type, actor.name, agent]),
      [
        ['agent.invited', 'Ada Admin', 'Noa Levi'],
        ['agent.removed', 'Ada Admin', 'Noa of Haifa'],
        ['settings.updated', 'Noa of Haifa', null],
        ['agent.signed_in', 'Noa of Haifa', 'Noa of Haifa'],
        ['agent.invited', 'Ada Admin', 'Noa of Haifa'],
      ],
    );
    assert.deepEqual(await people(), [
      { person: 'partner', name: 'Help', has_left: false },
      { person: '1', name: 'Ada Admin', has_left: false },
      { person: '3', name: 'Noa Levi', has_left: false },
      { person: '2', name: 'Noa of Haifa', has_left: true },
    ]);
  });

  test('tells a sign-in where it first enters, once for each session, and nowhere else', async () => {
    const { at, email, log } = await inside();
    const elsewhere = await scene.service.newAccount(scene.partner, { admin_email: email });
    const other = newVisitor(scene.service);
    await other.signIn(email);
    const signIns = async () => {
      const { entries } = await log('?kind=sign_ins');
      return entries.filter(({ type }) => type === 'agent.signed_in').length;
    };
    assert.equal(await signIns(), 1);
    // Many at once, in every way there is to come in.
    await Promise.all([
      ...[at, `${at}/agents`, `${at}/log`].map((path) => other.get(path as `/${string}`)),
      other.patch(`${at}/settings`, { language: 'he' }),
    ]);
    assert.equal(await signIns(), 2);
    // A new password is a new session in this browser, but no new sign-in.
    const passwords = {
      currentPassword: accountRequest().admin_password,
      newPassword: 'Other1!pw',
    };
    const changed = await other.post('/api/auth/change-password', passwords);
    assert.equal(changed.http, 200, changed.text);
    await other.get(at);
    assert.equal(await signIns(), 2);
    const read = newVisitor(scene.service);
    await read.signIn(email, passwords.newPassword);
    assert.equal((await read.get(`/api/workspace/${elsewhere}/agents`)).http, 200);
    const events = await scene.service.database.read((db) =>
      db.query<{ n: number }>(sql`
        select count(*)::integer as n from events
        where account_id = ${elsewhere} and type = 'agent.signed_in'`),
    );
    assert.deepEqual([events[0]?.n, await signIns()], [1, 2]);
  });

  test('tells of one sign-in when a page begins with many requests, and of one who comes back anew', async () => {
    const { at, visitor, log } = await inside();
    const known = accountRequest().admin_email;
    await scene.service.newAccount(scene.partner, { admin_email: known });
    const invite = () =>
      visitor.post(`${at}/agents`, { email: known, name: 'As invited', role: 'agent' });
    const arrivals = async (agent: number) =>
      (await log(`?kind=sign_ins&person=${agent}`)).entries.length;
    await invite();
    const noa = newVisitor(scene.service);
    await noa.signIn(known);
    const heard = await Promise.all(Array.from({ length: 30 }, () => noa.get(at)));
    assert.deepEqual([...new Set(heard.map(({ http }) => http))], [200]);
    assert.equal(await arrivals(2), 1);
    await visitor.delete(`${at}/agents/2`);
    await invite();
    assert.equal((await noa.get(at)).http, 200);
    assert.equal(await arrivals(3), 1);
  });

  test('says who was what then, whatever they are now', async () => {
    const { at, visitor, log } = await inside();
    const known = accountRequest().admin_email;
    await scene.service.newAccount(scene.partner, { admin_email: known, admin_name: 'Noa Levi' });
    await visitor.post(`${at}/agents`, { email: known, name: 'N', role: 'agent' });
    const noa = newVisitor(scene.service);
    await noa.signIn(known);
    await noa.get(at);
    await visitor.patch(`${at}/agents/2`, { role: 'administrator' });
    await noa.patch(`${at}/settings`, { language: 'he' });
    await noa.patch(`${at}/agents/2`, { role: 'agent' });
    await visitor.delete(`${at}/agents/2`);
    const { entries } = await log('?person=2');
    assert.deepEqual(
      entries.map(({ type, actor }) => [type, actor.name, actor.role]),
      [
        ['agent.removed', 'Ada Admin', 'administrator'],
        ['agent.updated', 'Noa Levi', 'administrator'],
        ['settings.updated', 'Noa Levi', 'administrator'],
        ['agent.updated', 'Ada Admin', 'administrator'],
        ['agent.signed_in', 'Noa Levi', 'agent'],
        ['agent.invited', 'Ada Admin', 'administrator'],
      ],
    );
  });

  test('is narrowed to one person or the partner, and to one kind of event', async () => {
    const { id, at, visitor, log } = await inside();
    await scene.partner.updateAccount({ account_id: id, server, account_name: 'Bakery' });
    await visitor.patch(`${at}/settings`, { language: 'he' });
    const noa = { email: accountRequest().admin_email, name: 'Noa', role: 'agent' };
    await visitor.post(`${at}/agents`, noa);
    await scene.partner.loginAgent({ accountID: id, agentID: 1, server });
    const types = async (query: string) => (await log(query)).entries.map(({ type }) => type);
    assert.deepEqual(await types('?kind=account'), ['account.updated', 'account.created']);
    assert.deepEqual(await types('?kind=settings'), ['settings.updated']);
    assert.deepEqual(await types('?kind=agents'), ['agent.invited']);
    assert.deepEqual(await types('?kind=sign_ins'), ['login_link.created', 'agent.signed_in']);
    assert.deepEqual(await types('?person=2'), ['agent.invited']);
    assert.deepEqual(await types('?person=1&kind=settings'), ['settings.updated']);
    assert.deepEqual(await types('?person=3'), []);
    assert.deepEqual(await types('?person=partner'), [
      'login_link.created',
      'account.updated',
      'account.created',
    ]);
  });

  test('narrowed, looks at a bounded number of events a page, and goes on from there', async () => {
    const { id, log } = await inside();
    await scene.service.database.write((db) =>
      db.query(sql`
        insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
        select 'account.updated', ${scene.partner.partner}, ${server}, ${id}, 'credential', 'c'
        from generate_series(1, 4500)`),
    );
    const seen: ActivityLog['entries'] = [];
    let pages = 0;
    for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null; pages++) {
      const page: ActivityLog = await log(`?kind=sign_ins&before=${next}`);
      seen.push(...page.entries);
      next = page.next;
    }
    assert.deepEqual([pages, seen.map(({ type }) => type)], [3, ['agent.signed_in']]);
    const ids = new Set<number>();
    for (let next: number | null = Number.MAX_SAFE_INTEGER; next !== null; ) {
      const page: ActivityLog = await log(`?kind=account&limit=100&before=${next}`);
      for (const entry of page.entries) ids.add(entry.id);
      next = page.next;
    }
    assert.equal(ids.size, 4501);
  });

  test('calls a person as they call themselves, everywhere, from their first visit on', async () => {
    const { at, visitor, log, people } = await inside();
    const known = accountRequest().admin_email;
    await scene.service.newAccount(scene.partner, {
      admin_email: known,
      admin_name: 'Secret Name',
    });
    const invited = { email: known, name: 'As invited', role: 'agent' };
    await visitor.post(`${at}/agents`, invited);
    const names = async () => {
      const { agents } = (await visitor.get(`${at}/agents`)).body as unknown as AgentList;
      const [entry] = (await log('?person=2')).entries;
      return [
        agents[1]?.name,
        (await people()).find(({ person }) => person === '2')?.name,
        entry?.agent,
      ];
    };
    assert.deepEqual(await names(), Array(3).fill('As invited'));
    const noa = newVisitor(scene.service);
    await noa.signIn(known);
    assert.deepEqual(await names(), Array(3).fill('As invited'));
    await noa.get(at);
    assert.deepEqual(await names(), Array(3).fill('Secret Name'));
    await noa.patch('/api/profile', { name: 'Noa Levi' });
    assert.deepEqual(await names(), Array(3).fill('Noa Levi'));
    const { person } = (await noa.get('/api/workspace')).body as { person?: { name: string } };
    assert.equal(person?.name, 'Noa Levi');
  });
});
