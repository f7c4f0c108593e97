import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { endpoints, partnerActivityKinds } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { makeInConsole, type TestMember } from '../testing/member.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

const server = 'online';

describe("a partner's activity", () => {
  let service: TestService;
  let partner: TestPartner;
  let other: TestPartner;
  let member: TestMember;
  let account_id: number;

  before(async () => {
    service = await startService();
    [partner, other] = [await service.newPartner(), await service.newPartner()];
    member = await service.newMember(partner);
    account_id = await service.newAccount(partner);
    await partner.updateAccount({ account_id, server, account_name: '=1+1' });
    await service.newAccount(other);
  });

  /** Every page, the newest first. */
  async function walk(filter: object = {}, limit = 2) {
    const list = [];
    for (let cursor: string | undefined; ; ) {
      const page = await partner.getActivity({ ...filter, limit, ...(cursor && { cursor }) });
      list.push(...page.list);
      cursor = page.next_cursor;
      if (cursor === undefined) return list;
    }
  }

  test('shows what is its own, newest first, page by page, with names', async () => {
    const off = { account_id, server, account_status: 0 as const, status_reason: 'unpaid' };
    await makeInConsole(member, partner.partner, endpoints.updateAccount, off);
    const list = await walk();
    const numbers = list.map(({ event_id }) => event_id);
    assert.deepEqual(
      numbers,
      [...numbers].sort((a, b) => b - a),
    );
    const table = await service.database.read((db) =>
      db.query<{ event_id: number }>(sql`
        select event_id from events where partner_id = ${partner.partner} order by 1 desc`),
    );
    assert.deepEqual(
      numbers,
      table.map(({ event_id }) => event_id),
    );
    const [newest] = list;
    assert.deepEqual(
      [newest?.type, newest?.actor, newest?.account_name, newest?.status_reason],
      [
        'account.suspended',
        { kind: 'person', id: member.personId, name: member.name },
        '=1+1',
        'unpaid',
      ],
    );
    await partner.updateAccount({ account_id, server, account_status: 1 });
  });

  test('is narrowed by account, server, actor, kind and time', async () => {
    const all = await walk();
    for (const kind of partnerActivityKinds) {
      const some = await walk({ kind });
      assert.ok(some.every(({ event_id }) => all.some((entry) => entry.event_id === event_id)));
    }
    const byHer = await walk({ actor: member.personId });
    assert.deepEqual(
      byHer.map(({ event_id }) => event_id),
      all.filter(({ actor }) => actor.id === member.personId).map(({ event_id }) => event_id),
    );
    const account = await walk({ account_id, server });
    assert.ok(account.length > 0 && account.every((entry) => entry.account_id === account_id));
    await service.database.write((db) =>
      db.query(sql`
        insert into events (type, at, partner_id, actor_kind, actor_id)
        select 'webhook.updated', now() - n * interval '1 minute', ${partner.partner}, 'system', 'old'
        from generate_series(12000, 1, -1) n`),
    );
    const now = Math.floor(Date.now() / 1000);
    const window = { after: now - 7000 * 60, before: now - 6990 * 60 };
    const found = await walk(window, 200);
    assert.ok(found.length >= 9 && found.length <= 11, `${found.length}`);
    for (const { timestamp } of found) {
      const seconds = Date.parse(timestamp) / 1000;
      assert.ok(seconds >= window.after && seconds < window.before);
    }
  });

  test('looks at 5,000 events a page, however rare what is asked for is', async () => {
    await service.operator.createServer({ server: 'rare' });
    const rich = await service.newPartner();
    await service.newAccount(rich, { server: 'rare' });
    await service.database.write((db) =>
      db.query(sql`
        insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
        select 'account.updated', ${rich.partner}, 'online', 999, 'system', 'many'
        from generate_series(1, 12000)`),
    );
    const pages = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await rich.getActivity({ server: 'rare', ...(cursor && { cursor }) });
      pages.push(page.list.length);
      cursor = page.next_cursor;
      more = cursor !== undefined;
    }
    assert.deepEqual(pages, [0, 0, 1]);
  });

  test('is a table for spreadsheets in which nothing runs', async () => {
    const path = `/api/console/${partner.partner}/activity.csv?kind=account` as const;
    const { http, headers, text } = await member.get(path);
    assert.equal(http, 200);
    assert.match(String(headers['content-type']), /^text\/csv/);
    assert.equal(text.charCodeAt(0), 0xfeff);
    const lines = text.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^.event_id,timestamp,type,server,account_id,account_name,/);
    assert.equal(lines.length - 1, (await walk({ kind: 'account' })).length);
    assert.match(text, /,'=1\+1,/);
    assert.doesNotMatch(text, /,=1\+1/);
    assert.equal((await newVisitor(service, null).get(path)).http, 401);
    const theirs = `/api/console/${other.partner}/activity.csv` as const;
    assert.equal((await member.get(theirs)).http, 404);
    assert.equal((await member.get(`${path}&nonsense=1`)).body.code, 'parameter_unknown');
  });

  test('says who is signed in to an account, until they are cut', async () => {
    const { email, account_id } = await service.newPerson(partner);
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    assert.deepEqual((await partner.getSignedIn({ account_id, server })).list, []);
    await visitor.get(`/api/workspace/${account_id}`);
    const { people, list } = await partner.getSignedIn({ account_id, server });
    assert.deepEqual(
      [people, list.map(({ since: _, display_name: __, ...rest }) => rest)],
      [1, [{ agent_id: 1, role: 'administrator', sessions: 1, by_link: false }]],
    );
    await partner.updateAccount({ account_id, server, account_status: 0 });
    assert.equal((await partner.getSignedIn({ account_id, server })).people, 0);
  });
});
