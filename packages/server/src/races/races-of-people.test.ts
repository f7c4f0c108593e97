import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPartnerClient, Refusal } from '@switchboard/sdk';
import sql from 'sql-template-tag';
import { sha256 } from '../secret.ts';
import { assertOutcomes, PAIR_ROUNDS } from '../testing/races.ts';
import { startService, type TestPartner, type TestService } from '../testing/service.ts';
import { newVisitor } from '../testing/visitor.ts';

const LANES = 5;

type Lane = { partner: TestPartner; at: readonly [TestPartner, TestPartner] };

describe(`the people of a partner, changed twice at the same time, ${PAIR_ROUNDS} rounds each`, () => {
  let nodes: readonly [TestService, TestService];
  let people = 0;
  let usualMs = 20;
  before(async () => {
    const first = await startService();
    nodes = [first, await startService({ beside: first })];
  });
  after(async () => {
    const [stat] = await read<{ deadlocks: number }>(sql`
      select deadlocks from pg_stat_database where datname = current_database()`);
    assert.equal(stat?.deadlocks, 0);
  });

  const read = <Row>(statement: ReturnType<typeof sql>) =>
    nodes[0].database.read((db) => db.query<Row>(statement));
  const write = <Row>(statement: ReturnType<typeof sql>) =>
    nodes[0].database.write((db) => db.query<Row>(statement));

  /** A partner, called at both nodes. */
  async function newLane(): Promise<Lane> {
    const partner = await nodes[0].newPartner();
    const { clientId, clientSecret } = partner;
    const there = createPartnerClient({
      ...{ baseUrl: nodes[1].baseUrl, retries: 0, clientId, clientSecret },
    });
    return { partner, at: [partner, { ...partner, ...there }] };
  }
  async function newMember({ partner }: Lane, state = 'open', role = 'administrator') {
    const email = `racer-${++people}@example.com`;
    const [person] = await write<{ id: string }>(sql`
      insert into persons (name, email, password_hash, email_proved_at)
      values ('Noa', ${email}, 'x', now()) returning id`);
    const personId = person?.id ?? '';
    await write(sql`
      insert into members (partner_id, person_id, role, state, member_name)
      values (${partner.partner}, ${personId}, ${role}, ${state}, 'Noa')`);
    return personId;
  }
  const administratorsOf = async ({ partner }: Lane) =>
    (await partner.getMembers()).list.filter(({ role }) => role === 'administrator').length;
  const outcome = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof Refusal ? error.reason : Promise.reject(error)),
    );
  async function run(t: TestContext, round: (lane: Lane) => Promise<string>): Promise<string[]> {
    const outcomes = new Map<string, number>();
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const lane = await newLane();
        for (let n = 0; n < PAIR_ROUNDS / LANES; n += 1) {
          const seen = await round(lane);
          outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1);
          await write(sql`delete from members where partner_id = ${lane.partner.partner}`);
        }
      }),
    );
    t.diagnostic([...outcomes].map(([seen, times]) => `${seen} ${times}`).join(', '));
    return [...outcomes.keys()];
  }
  /** Begins both, the second at a time that falls before, within or after the first. */
  async function both<A, B>(one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
    const begun = performance.now();
    const working = one().finally(() => {
      usualMs += (performance.now() - begun - usualMs) / 10;
    });
    await sleep(Math.random() * 1.3 * usualMs);
    return Promise.all([working, other()]);
  }

  test('two administrators, each made a viewer or removed: one stays', async (t) => {
    const outcomes = await run(t, async (lane) => {
      const pair = [await newMember(lane), await newMember(lane)];
      const changes = pair.map((person_id, index) => () => {
        const at = lane.at[index] ?? lane.partner;
        return outcome(
          people % 4 < 2
            ? at.updateMember({ person_id, role: 'viewer' })
            : at.removeMember({ person_id }),
        );
      });
      const [first, second] = changes as [() => Promise<string>, () => Promise<string>];
      const seen = await both(first, second);
      assert.equal(await administratorsOf(lane), 1);
      return seen.join(', ');
    });
    assertOutcomes(outcomes, [
      'done, last_member_administrator',
      'last_member_administrator, done',
    ]);
  });

  test('accepting an invitation while it is taken back: joined or not, nobody is left', async (t) => {
    const outcomes = await run(t, async (lane) => {
      const person_id = await newMember(lane, 'waiting', 'viewer');
      const token = `swb_in_${person_id}`;
      await write(sql`
        insert into invitations (token_hash, person_id, partner_id, expires_at)
        values (${sha256(token)}, ${person_id}, ${lane.partner.partner}, now() + interval '1 day')`);
      const [accepted, removed] = await both(
        () => newVisitor(nodes[1], null).post('/api/invitation/accept', { token }),
        () => outcome(lane.partner.removeMember({ person_id })),
      );
      assert.equal(removed, 'done');
      assert.deepEqual((await lane.partner.getMembers()).list, []);
      return `accepted ${accepted.http}`;
    });
    assertOutcomes(outcomes, ['accepted 200', 'accepted 410']);
  });

  test('one address invited twice: one invitation', async (t) => {
    const outcomes = await run(t, async (lane) => {
      const invitation = {
        email: `twice-${++people}@example.com`,
        name: 'N',
        role: 'viewer',
      } as const;
      const seen = await both(
        () => outcome(lane.at[0].inviteMember(invitation)),
        () => outcome(lane.at[1].inviteMember(invitation)),
      );
      assert.equal((await lane.partner.getMembers()).list.length, 1);
      return seen.sort().join(', ');
    });
    assertOutcomes(outcomes, ['already_member, done']);
  });

  test('somebody removed by two partners: the console is over for them', async (t) => {
    const elsewhere = await newLane();
    await newMember(elsewhere);
    const outcomes = await run(t, async (lane) => {
      await newMember(lane);
      const person_id = await newMember(lane, 'open', 'viewer');
      await write(sql`
        insert into members (partner_id, person_id, role, state)
        values (${elsewhere.partner.partner}, ${person_id}, 'viewer', 'open')`);
      await write(sql`
        insert into sessions (person_id, token_hash, realm, number, expires_at)
        values (${person_id}, ${sha256(person_id)}, 'console', nextval('entry_numbers'),
                now() + interval '1 day')`);
      const seen = await both(
        () => outcome(lane.at[0].removeMember({ person_id })),
        () => outcome(elsewhere.at[1].removeMember({ person_id })),
      );
      assert.deepEqual(await read(sql`select from sessions where person_id = ${person_id}`), []);
      return seen.join(', ');
    });
    assertOutcomes(outcomes, ['done, done']);
  });
});
