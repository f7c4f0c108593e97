import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { replaceBackupCodes } from '../people/factors/backup-code.ts';
import { identityKeys, seal } from '../people/keys.ts';
import { findPersonByEmail } from '../people/person.ts';
import {
  type Account,
  assertOutcomes,
  PAIR_ROUNDS,
  type Races,
  startRaces,
} from '../testing/races.ts';
import { newVisitor } from '../testing/visitor.ts';

describe(`sign-ins in two steps and switching off, ${PAIR_ROUNDS} rounds each`, () => {
  let races: Races;
  before(async () => {
    races = await startRaces();
  });

  /** The account's person has an app; new backup codes of theirs. */
  const newCodes = ({ email }: Account): Promise<string[]> => {
    const { database, config } = races.node();
    const keys = identityKeys(config.secretKeys ?? []);
    return database.write(async (db) => {
      const personId = (await findPersonByEmail(db, email))?.id ?? '';
      await db.query(sql`
        insert into two_factors (person_id, secret, generation, verified)
        values (${personId}, ${seal(keys, personId, 'a secret')}, 1, true)
        on conflict do nothing`);
      await db.query(sql`
        update persons set two_factor_enabled = true where id = ${personId}`);
      return replaceBackupCodes(db, keys, personId);
    });
  };
  const codeOf = ({ body }: { body: Record<string, unknown> }) =>
    (body.error as { code: string } | undefined)?.code ?? 'signed in';

  test('a password before a cut and a code after switching on never make a session or a letter', async (t) => {
    await races.run(
      t,
      async (account) => {
        const [code] = await newCodes(account);
        const visitor = newVisitor(races.node());
        const first = await races.whileCutting(account, () => visitor.signIn(account.email));
        if (!first.body.twoFactorRedirect) {
          await races.set(account, 1);
          return `refused at the password: ${codeOf(first)}`;
        }
        const mail = () => visitor.post('/api/auth/two-factor/send-otp');
        const prove = () => visitor.post('/api/auth/two-factor/verify-backup-code', { code });
        // The first refusal ends the half-done sign-in: nothing is left to ask with.
        const ask = Math.random() < 0.5 ? mail : prove;
        const asksWhileOff = Math.random() < 0.5;
        if (asksWhileOff) assert.equal(codeOf(await ask()), 'account_disabled');
        await races.set(account, 1);
        assert.equal(codeOf(await ask()), asksWhileOff ? 'challenge_expired' : 'sign_in_again');
        assert.equal(codeOf(await prove()), 'challenge_expired');
        assert.ok(!visitor.cookies.has('switchboard.session'));
        return `refused at the code: ${asksWhileOff ? 'account_disabled' : 'sign_in_again'}`;
      },
      PAIR_ROUNDS,
    );
  });

  test('a code that crosses a cut lets nobody in, then or after switching on', async (t) => {
    const outcomes = await races.run(
      t,
      async (account) => {
        const [code] = await newCodes(account);
        const visitor = newVisitor(races.node());
        assert.equal((await visitor.signIn(account.email)).body.twoFactorRedirect, true);
        const heard = await races.whileCutting(account, () =>
          visitor.post('/api/auth/two-factor/verify-backup-code', { code }),
        );
        if (heard.http !== 200) visitor.cookies.clear();
        await races.assertOut(visitor, account);
        return codeOf(heard);
      },
      PAIR_ROUNDS,
    );
    assertOutcomes(outcomes.keys(), ['account_disabled', 'signed in']);
  });
});
