import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { TestMember } from '../testing/member.ts';
import { assertOutcomes, PAIR_ROUNDS, ROUNDS } from '../testing/races.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const LANES = 5;
const BURST = 6;
const server = 'online';

describe('a member who is removed while their changes are under way', () => {
  let nodes: readonly [TestService, TestService];
  let partner: TestPartner;
  before(async () => {
    const first = await startService();
    nodes = [first, await startService({ beside: first })];
    partner = await first.newPartner();
  });
  after(async () => {
    const [stat] = await nodes[0].database.read((db) =>
      db.query<{ deadlocks: number }>(sql`
        select deadlocks from pg_stat_database where datname = current_database()`),
    );
    assert.equal(stat?.deadlocks, 0);
  });

  const node = () => nodes[Math.random() < 0.5 ? 0 : 1];
  const soon = () => sleep(Math.random() * 12);
  const at = (service: TestService, { cookies }: Visitor) => {
    const visitor = newVisitor(service, null);
    for (const pair of cookies) visitor.cookies.set(...pair);
    return visitor;
  };
  const putBack = (member: TestMember) =>
    nodes[0].database.write((db) =>
      db.query(sql`
        insert into members (partner_id, person_id, role, state)
        values (${partner.partner}, ${member.personId}, 'operator', 'open')`),
    );
  const remove = (member: TestMember) =>
    node().database.write((db) =>
      db.query(sql`delete from members where person_id = ${member.personId}`),
    );
  const namesOf = async (account_id: number): Promise<string[]> => {
    const rows = await nodes[0].database.read((db) =>
      db.query<{ name: string }>(sql`
        select changes -> 'account_name' ->> 'to' as name from events
        where server = ${server} and account_id = ${account_id} and type = 'account.updated'
        order by event_id`),
    );
    return rows.map(({ name }) => name);
  };

  test(`lands nothing once the removal has returned, ${ROUNDS} rounds on two nodes`, async (t) => {
    let [landed, refused] = [0, 0];
    let named = 0;
    const round = async (member: TestMember, account_id: number, keyed: boolean) => {
      await putBack(member);
      const before = (await namesOf(account_id)).length;
      const path = `/api/console/${partner.partner}/online/updateAccount` as const;
      const change = async () => {
        await soon();
        const body = { account_id, server, account_name: `Name ${++named}` };
        const headers: Record<string, string> = keyed ? { 'idempotency-key': `${named}` } : {};
        const heard = await at(node(), member).post(path, body, { headers });
        if (heard.http === 200) landed += 1;
        else {
          // Before the statement, or by it.
          assert.ok(
            ['partner_not_found', 'session_missing'].includes(`${heard.body.code}`),
            heard.text,
          );
          refused += 1;
        }
        return heard.http === 200;
      };
      const removal = sleep(Math.random() * 25).then(async () => {
        await remove(member);
        return namesOf(account_id);
      });
      const [known, ...made] = await Promise.all([
        removal,
        ...Array.from({ length: BURST }, change),
      ]);
      const now = await namesOf(account_id);
      assert.deepEqual(now, known, 'something landed after the removal had returned');
      assert.equal(now.length - before, made.filter(Boolean).length, 'answers and log differ');
    };
    await Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        const account_id = await nodes[0].newAccount(partner);
        const member = await nodes[0].newMember(partner, 'operator');
        await remove(member);
        for (let n = 0; n < ROUNDS / LANES; n += 1)
          await round(member, account_id, (n + lane) % 4 === 0);
      }),
    );
    t.diagnostic(`${landed} changes landed before a removal, ${refused} were refused by it`);
    assert.ok(landed > 0 && refused > 0);
  });

  test(`meets the end of their own sessions without a deadlock, ${PAIR_ROUNDS} rounds on two nodes`, async (t) => {
    const outcomes = new Map<string, number>();
    const round = async (account_id: number) => {
      const member = await nodes[0].newMember(partner, 'operator');
      const make = async (call: string, body: object) => {
        const path = `/api/console/${partner.partner}/online/${call}` as const;
        for (let n = 0; n < BURST; n += 1) {
          const { http, body: said, text } = await at(node(), member).post(path, body);
          assert.ok(http < 500, text);
          const outcome = http === 200 ? 'landed' : `${said.code}`;
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
      };
      await Promise.all([
        ...[1, 2, 3].map((n) =>
          make('updateAccount', { account_id, server, account_name: `Name ${Math.random()} ${n}` }),
        ),
        ...[1, 2, 3].map(() => make('loginAgent', { accountID: account_id, agentID: 1, server })),
        sleep(Math.random() * 40).then(() => partner.removeMember({ person_id: member.personId })),
      ]);
    };
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const account_id = await nodes[0].newAccount(partner);
        for (let n = 0; n < PAIR_ROUNDS / LANES; n += 1) await round(account_id);
      }),
    );
    t.diagnostic([...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', '));
    const possible = ['landed', 'partner_not_found', 'session_missing'];
    assert.deepEqual(
      [...outcomes.keys()].filter((outcome) => !possible.includes(outcome)),
      [],
    );
    assert.ok(outcomes.get('landed') && outcomes.get('session_missing'));
  });

  test(`leaves no login link and no session behind, ${PAIR_ROUNDS} rounds on two nodes`, async (t) => {
    const outcomes = new Map<string, number>();
    const note = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const as = (service: TestService, { cookies }: Visitor) => {
      const visitor = newVisitor(service);
      for (const pair of cookies) visitor.cookies.set(...pair);
      return visitor;
    };
    const round = async (member: TestMember, account_id: number, back: boolean) => {
      await putBack(member);
      const ask = { accountID: account_id, agentID: 1, server };
      const path = `/api/console/${partner.partner}/online/loginAgent` as const;
      const newLink = async () => {
        const { http, body } = await at(node(), member).post(path, ask);
        if (http !== 200) return undefined;
        return new URL(String(body.login)).pathname as `/${string}`;
      };
      const use = async (link: `/${string}` | undefined) => {
        const visitor = newVisitor(node());
        const { http } = await visitor.post(link ?? assert.fail());
        return { visitor, http };
      };
      const [before, crossing, unused] = [
        await use(await newLink()),
        await newLink(),
        await newLink(),
      ];
      assert.equal(before.http, 303);
      const [used, made] = await Promise.all([
        soon().then(() => use(crossing)),
        soon().then(newLink),
        sleep(Math.random() * 60).then(() => remove(member)),
      ]);
      note(`used ${used.http}`);
      note(made ? 'made' : 'not made');
      // Whoever comes back begins anew.
      if (back) await putBack(member);
      for (const service of nodes) {
        for (const { visitor } of [before, ...(used.http === 303 ? [used] : [])])
          for (const page of [`/api/workspace/${account_id}`, '/api/workspace'] as const)
            assert.equal((await as(service, visitor).get(page)).http, 401);
        for (const link of [unused, made])
          if (link) assert.equal((await newVisitor(service).post(link)).http, 410);
      }
      if (back) await remove(member);
    };
    await Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        const account_id = await nodes[0].newAccount(partner);
        const member = await nodes[0].newMember(partner, 'operator');
        await remove(member);
        for (let n = 0; n < PAIR_ROUNDS / LANES; n += 1)
          await round(member, account_id, (n + lane) % 2 === 0);
      }),
    );
    t.diagnostic([...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', '));
    assertOutcomes([...outcomes.keys()].sort(), ['made', 'not made', 'used 303', 'used 410']);
  });
});
