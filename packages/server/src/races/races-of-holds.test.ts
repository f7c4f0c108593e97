import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { send } from '../testing/http.ts';
import {
  type Account,
  assertOutcomes,
  PAIR_ROUNDS,
  type Races,
  startRaces,
} from '../testing/races.ts';
import { newVisitor } from '../testing/visitor.ts';

const server = 'online';

describe(`a hold and switching on at the same time, ${PAIR_ROUNDS} rounds`, () => {
  let races: Races;
  let token: string;
  before(async () => {
    races = await startRaces();
    token = await races.partner.accessToken();
  });

  const hold = ({ account_id }: Account) =>
    races.node().operator.holdAccount({ account_id, server, reason: 'abuse' });
  const switchTo = async ({ account_id }: Account, account_status: 0 | 1) => {
    const body = { account_id, server, account_status };
    const { http } = await send(races.node().baseUrl, 'updateAccount', { token, body });
    return http;
  };
  const signIn = async ({ email }: Account) => {
    const visitor = newVisitor(races.node());
    await visitor.signIn(email);
    return visitor;
  };
  /** The types of what happened from a moment on, in order. */
  const typesSince = ({ account_id }: Account, eventId: number) =>
    races.node().database.read((db) =>
      db.query<{ event_id: number; type: string; held: boolean }>(sql`
        select event_id, type, changes ? 'held' as held from events
        where server = ${server} and account_id = ${account_id} and event_id > ${eventId}
          and type in ('account.suspended', 'account.resumed', 'account.held')
        order by event_id`),
    );

  test('after the hold returned it is never on and nobody enters, on neither node', async (t) => {
    const seen = new Map<number, number>();
    const outcomes = await races.run(
      t,
      async (account) => {
        const { account_id } = account;
        // Off or on when it begins, so that each of the two may come first.
        if (Math.random() < 0.5) await races.set(account, 0);
        let held = false;
        const late: number[] = [];
        const flip = async () => {
          for (let n = 0; n < 3; n += 1) {
            const began = held;
            const http = await switchTo(account, n % 2 === 0 ? 1 : 0);
            assert.ok(http === 200 || http === 409, `${http}`);
            if (began && n % 2 === 0) late.push(http);
          }
        };
        const visitors = [signIn(account), signIn(account)];
        const holding = races.soon().then(async () => {
          const answer = await hold(account);
          held = true;
          return answer;
        });
        const [answer] = await Promise.all([holding, flip(), flip()]);

        assert.ok(
          late.every((http) => http === 409),
          `${late}`,
        );
        assert.equal(await switchTo(account, 1), 409);
        const now = await races.partner.getAccount({ account_id, server });
        assert.deepEqual([now.account_status, now.held?.reason], [0, 'abuse']);
        assert.equal((await signIn(account)).cookies.size, 0);
        // Without a session: their sign-in came when it was off.
        const signedIn = (await Promise.all(visitors)).filter(({ cookies }) => cookies.size > 0);
        for (const visitor of signedIn)
          assert.equal(await races.entering(visitor, account), 'account_disabled');
        const events = await typesSince(account, seen.get(account_id) ?? 0);
        const at = events.findIndex((event) => event.held);
        assert.deepEqual(events.slice(at + 1), [], 'nothing switched it after the hold');
        seen.set(account_id, events.at(-1)?.event_id ?? 0);

        await races.node().operator.releaseAccount({ account_id, server });
        await races.set(account, 1);
        for (const visitor of signedIn)
          assert.equal(await races.entering(visitor, account), 'sign_in_again');
        return answer.suspended ? 'held when on' : 'held when off';
      },
      PAIR_ROUNDS,
    );
    assertOutcomes(outcomes.keys(), ['held when off', 'held when on']);
  });
});
