import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import type { TestMember } from '../testing/member.ts';
import { ROUNDS } from '../testing/races.ts';
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
      await nodes[0].database.write((db) =>
        db.query(sql`
          insert into members (partner_id, person_id, role, state)
          values (${partner.partner}, ${member.personId}, 'operator', 'open')`),
      );
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
        await node().database.write((db) =>
          db.query(sql`delete from members where person_id = ${member.personId}`),
        );
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
        await nodes[0].database.write((db) =>
          db.query(sql`delete from members where person_id = ${member.personId}`),
        );
        for (let n = 0; n < ROUNDS / LANES; n += 1)
          await round(member, account_id, (n + lane) % 4 === 0);
      }),
    );
    t.diagnostic(`${landed} changes landed before a removal, ${refused} were refused by it`);
    assert.ok(landed > 0 && refused > 0);
  });
});
