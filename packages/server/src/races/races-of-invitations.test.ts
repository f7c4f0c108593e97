import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { verifyPassword } from '../people/passwords/password.ts';
import { createReset } from '../people/passwords/password-reset.ts';
import { sha256 } from '../secret.ts';
import type { Heard } from '../testing/http.ts';
import { assertOutcomes, PAIR_ROUNDS } from '../testing/races.ts';
import {
  accountRequest,
  startService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { newVisitor, type Visitor } from '../testing/visitor.ts';

const LANES = 5;
const CHOSEN = 'Chosen-Horse2';
const server = 'online';

describe(`accepting an invitation at the same time as something else, ${PAIR_ROUNDS} rounds each`, () => {
  const lines: string[] = [];
  let nodes: readonly [TestService, TestService];
  let partner: TestPartner;
  let people = 0;
  let usualMs = 20;
  before(async () => {
    const options = {
      environment: { LOG_LEVEL: 'warn' },
      log: { write: (line: string) => /SMTP_URL/.test(line) || lines.push(line) },
    };
    const first = await startService(options);
    nodes = [first, await startService({ ...options, beside: first })];
    partner = await first.newPartner();
  });
  after(async () => {
    const [stat] = await read<{ deadlocks: number }>(sql`
      select deadlocks from pg_stat_database where datname = current_database()`);
    assert.equal(stat?.deadlocks, 0);
    assert.deepEqual(lines, []);
  });

  const node = () => nodes[Math.random() < 0.5 ? 0 : 1];
  const read = <Row>(statement: ReturnType<typeof sql>) =>
    nodes[0].database.read((db) => db.query<Row>(statement));
  const post = (path: `/${string}`, body: object) => newVisitor(node()).post(path, body);

  /** An account of the lane, and its administrator at any node. */
  type Lane = { account: number; other: number; admin(): Visitor };
  async function newLane(): Promise<Lane> {
    const request = accountRequest();
    const account = await nodes[0].newAccount(partner, request);
    const other = await nodes[0].newAccount(partner, request);
    const signedIn = newVisitor(nodes[0]);
    assert.equal((await signedIn.signIn(request.admin_email)).http, 200);
    const admin = () => {
      const visitor = newVisitor(node());
      for (const pair of signedIn.cookies) visitor.cookies.set(...pair);
      return visitor;
    };
    return { account, other, admin };
  }

  type Guest = {
    personId: string;
    agentId: number;
    tokens: string[];
    password: string | undefined;
  };
  /**
   * Somebody who waits in these accounts; no mail is on its way. Every other one has proved the
   * address, of the rest others know the password.
   */
  async function invite(accounts: number[], proved = people % 2 > 0): Promise<Guest> {
    const email = `guest-${++people}@example.com`;
    const agentId = 1000 + people;
    return nodes[0].database.write(async (db) => {
      const [person] = await db.query<{ id: string }>(sql`
        insert into persons (name, email, password_hash, email_proved_at)
        values ('Noa', ${email}, 'planted', case when ${proved} then now() end)
        returning id`);
      const personId = person?.id ?? '';
      const tokens = accounts.map((account) => `swb_in_${email}-${account}`);
      for (const [index, account] of accounts.entries()) {
        await db.query(sql`
          insert into agents
            (server, account_id, agent_id, person_id, role, state, agent_name, display_name)
          values (${server}, ${account}, ${agentId}, ${personId}, 'agent', 'waiting', 'Noa', 'Noa')`);
        await db.query(sql`
          insert into invitations
            (token_hash, person_id, server, account_id, agent_id, created_at, expires_at)
          values (${sha256(tokens[index] ?? '')}, ${personId}, ${server}, ${account}, ${agentId},
                  now() - interval '2 minutes', now() + interval '1 day')`);
      }
      return { personId, agentId, tokens, password: proved ? undefined : CHOSEN };
    });
  }
  const accept = ({ tokens: [token], password }: Guest) =>
    post('/api/invitation/accept', { token, password });
  const stateIn = async (account: number, { agentId }: Guest) => {
    const [agent] = await read<{ state: string }>(sql`
      select state from agents where account_id = ${account} and agent_id = ${agentId}`);
    return agent?.state ?? 'gone';
  };
  const leave = (guest: Guest) =>
    nodes[0].database.write((db) =>
      db.query(sql`delete from agents where person_id = ${guest.personId}`),
    );
  const signsIn = async ({ personId }: Guest, password: string) => {
    const [person] = await read<{ password_hash: string }>(sql`
      select password_hash from persons where id = ${personId}`);
    return verifyPassword(person?.password_hash, password);
  };

  async function run(t: TestContext, round: (lane: Lane) => Promise<string>): Promise<string[]> {
    const outcomes = new Map<string, number>();
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const lane = await newLane();
        for (let n = 0; n < PAIR_ROUNDS / LANES; n += 1) {
          const outcome = await round(lane);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }
      }),
    );
    t.diagnostic([...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', '));
    return [...outcomes.keys()].sort();
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
  const status = ({ http, text }: Heard) => {
    assert.ok(http < 500, text);
    return http;
  };

  test('removing the agent: joined or not, nobody is left inside', async (t) => {
    const outcomes = await run(t, async ({ account, admin }) => {
      const guest = await invite([account]);
      const [accepted, removed] = await both(
        () => accept(guest),
        () => admin().delete(`/api/workspace/${account}/agents/${guest.agentId}`),
      );
      assert.equal(status(removed), 200);
      assert.equal(await stateIn(account, guest), 'gone');
      return `accepted ${status(accepted)}`;
    });
    assertOutcomes(outcomes, ['accepted 200', 'accepted 410']);
  });

  test('inviting again and changing the role: one of the two comes first', async (t) => {
    await run(t, async ({ account, admin }) => {
      const guest = await invite([account]);
      const path = `/api/workspace/${account}/agents/${guest.agentId}` as const;
      const [accepted, changed] = await both(
        () => accept(guest),
        () =>
          people % 4 < 2
            ? admin().patch(path, { role: 'administrator' })
            : admin().post(`${path}/invitation`),
      );
      assert.equal(status(changed), 200);
      const state = await stateIn(account, guest);
      // A newer invitation takes the place of the one that was about to be used.
      assert.equal(state, status(accepted) === 200 ? 'open' : 'waiting');
      await leave(guest);
      return `accepted ${accepted.http}`;
    });
  });

  test('switching the account off and on: accepted, and out or in as the account is', async (t) => {
    const token = await partner.accessToken();
    const set = async (account_id: number, account_status: number) => {
      const response = await fetch(`${node().baseUrl}/api/online/updateAccount`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ account_id, server, account_status }),
      });
      assert.equal(response.status, 200, await response.text());
    };
    const outcomes = await run(t, async ({ other }) => {
      const guest = await invite([other]);
      const [accepted] = await both(
        () => accept(guest),
        () => set(other, 0).then(() => set(other, 1)),
      );
      assert.equal(await stateIn(other, guest), 'open');
      await leave(guest);
      return `accepted ${status(accepted)}`;
    });
    assertOutcomes(outcomes, ['accepted 200']);
  });

  test('deleting the account: it is accepted before, or the link is over', async (t) => {
    const outcomes = await run(t, async ({ other }) => {
      const guest = await invite([other]);
      const [accepted] = await both(
        () => accept(guest),
        () => partner.deleteAccount({ accountID: other, server }),
      );
      await node().operator.restoreAccount({ account_id: other, server });
      assert.equal(await stateIn(other, guest), status(accepted) === 200 ? 'open' : 'waiting');
      await leave(guest);
      return `accepted ${accepted.http}`;
    });
    assertOutcomes(outcomes, ['accepted 200', 'accepted 410']);
  });

  test('another invitation of the same person: both open, and one password is set', async (t) => {
    const outcomes = await run(t, async ({ account, other }) => {
      const guest = await invite([account, other], false);
      const [first, second] = await both(
        () => accept({ ...guest, password: `${CHOSEN}-a` }),
        () => accept({ ...guest, tokens: guest.tokens.slice(1), password: `${CHOSEN}-b` }),
      );
      assert.deepEqual([status(first), status(second)], [200, 200]);
      for (const id of [account, other]) assert.equal(await stateIn(id, guest), 'open');
      const set = [await signsIn(guest, `${CHOSEN}-a`), await signsIn(guest, `${CHOSEN}-b`)];
      assert.notEqual(set[0], set[1]);
      await leave(guest);
      return set[0] ? 'the first' : 'the second';
    });
    assertOutcomes(outcomes, ['the first', 'the second']);
  });

  test('a reset of the same person: the later one finds the address proved', async (t) => {
    const outcomes = await run(t, async ({ account }) => {
      const guest = await invite([account], false);
      const token = await nodes[0].database.write((db) => createReset(db, guest.personId));
      const body = { token, newPassword: `${CHOSEN}-reset` };
      const [accepted, reset] = await both(
        () => accept(guest),
        () => post('/api/auth/reset-password', body),
      );
      assert.equal(status(accepted), 200);
      assert.equal(await stateIn(account, guest), 'open');
      assert.equal(await signsIn(guest, `${CHOSEN}-reset`), status(reset) === 200);
      await leave(guest);
      return `reset ${reset.http}`;
    });
    assertOutcomes(outcomes, ['reset 200', 'reset 410']);
  });
});
