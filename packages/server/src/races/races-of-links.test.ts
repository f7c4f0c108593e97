import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Refusal } from '@switchboard/contract';
import { type Account, type Races, ROUNDS, startRaces } from '../testing/races.ts';
import { newVisitor } from '../testing/visitor.ts';

const server = 'online';

describe(`login links and switching off at the same time, ${ROUNDS} rounds each`, () => {
  let races: Races;
  before(async () => {
    races = await startRaces();
  });

  const newLink = async ({ account_id }: Account): Promise<`/${string}`> => {
    const request = { accountID: account_id, agentID: 1, server };
    const { login } = await races.partner.loginAgent(request);
    return new URL(login).pathname as `/${string}`;
  };

  const newLinkUnlessOff = (account: Account) =>
    newLink(account).catch((error: unknown) => {
      assert.ok(error instanceof Refusal && error.reason === 'account_suspended', String(error));
      return undefined;
    });

  const assertOver = async (path: `/${string}`) => {
    const visitor = newVisitor(races.node());
    assert.equal((await visitor.post(path)).http, 410);
    assert.equal(visitor.cookies.size, 0);
  };

  test('the use of a link that crosses a cut lets nobody in, then or after switching on', async (t) => {
    const outcomes = await races.run(t, async (account) => {
      const path = await newLink(account);
      const visitor = newVisitor(races.node());
      const { http } = await races.whileCutting(account, () => visitor.post(path));
      assert.equal(visitor.cookies.size > 0, http === 303);
      await races.assertOut(visitor, account);
      await assertOver(path);
      return http === 303 ? 'used' : `refused ${http}`;
    });
    assert.deepEqual([...outcomes.keys()].sort(), ['refused 410', 'used']);
  });

  test('a link whose making crosses a cut is refused or void, then and after switching on', async (t) => {
    const outcomes = await races.run(t, async (account) => {
      const path = await races.whileCutting(account, () => newLinkUnlessOff(account));
      if (path) await assertOver(path);
      await races.set(account, 1);
      if (path) await assertOver(path);
      return path ? 'made' : 'refused 32';
    });
    assert.deepEqual([...outcomes.keys()].sort(), ['made', 'refused 32']);
  });
});
