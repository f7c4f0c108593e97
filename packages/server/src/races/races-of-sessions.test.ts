import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Races, ROUNDS, startRaces } from '../testing/races.ts';
import { newVisitor } from '../testing/visitor.ts';

describe(`sessions and switching off at the same time, ${ROUNDS} rounds each`, () => {
  let races: Races;
  before(async () => {
    races = await startRaces();
  });

  test('a sign-in that crosses a cut lets nobody in, then or after switching on', async (t) => {
    const outcomes = await races.run(t, async (account) => {
      const visitor = newVisitor(races.node());
      const { http } = await races.whileCutting(account, () => visitor.signIn(account.email));
      assert.equal(visitor.cookies.size > 0, http === 200);
      await races.assertOut(visitor, account);
      return http === 200 ? 'signed in' : `refused ${http}`;
    });
    // Both sides of the race were seen.
    assert.deepEqual([...outcomes.keys()].sort(), ['refused 403', 'signed in']);
  });

  test('a cut that crosses switching on leaves every earlier session out', async (t) => {
    const outcomes = await races.run(t, async (account) => {
      const visitor = newVisitor(races.node());
      assert.equal((await visitor.signIn(account.email)).http, 200);
      await races.whileCutting(account, async () => {
        await races.soon();
        await races.set(account, 1);
      });
      const code = await races.entering(visitor, account);
      // Whichever came last, a further switch lets nothing from before in.
      await races.set(account, 1);
      assert.equal(await races.entering(visitor, account), 'sign_in_again');
      return code;
    });
    assert.deepEqual([...outcomes.keys()].sort(), ['account_disabled', 'sign_in_again']);
  });
});
