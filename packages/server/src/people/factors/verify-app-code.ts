/** An app's code finishes a sign-in, or confirms an app that was just set up. */
import type { identityCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { Failure } from '../../failure.ts';
import { concludeChange } from '../change.ts';
import { guess, refusing } from '../guess.ts';
import { codeLimits } from '../limits.ts';
import { holdPerson, loadPerson } from '../person.ts';
import { userOf } from '../sessions/enter.ts';
import { holdSession } from '../sessions/session.ts';
import type { SignedIn, VisitVerb } from '../visit.ts';
import { stepOf } from './app-code.ts';
import { holdApp, takeAppCode } from './second-factor.ts';
import { secondStep, takeTry } from './second-step.ts';

type Call = typeof identityCalls.verifyAppCode;

/** @throws Failure of `secondStep`; second_factor_conflict without an app that fits */
export const verifyAppCode: VisitVerb<Call> = ({ code }, visit) =>
  visit.session
    ? confirm(code, { ...visit, session: visit.session })
    : secondStep(visit, {
        take: takeTry,
        prove: async (db, person) => {
          const app = await holdApp(db, visit.keys, person.id);
          if (!app?.verified) throw new Failure('second_factor_conflict');
          return takeAppCode(db, person.id, app, code);
        },
      });

/** The code is not used up: whoever sets an app up may sign in with it in the same half minute. */
function confirm(code: string, visit: SignedIn) {
  const { session, keys } = visit;
  return refusing(
    guess(visit, {
      email: session.email,
      begin: async (db) => {
        const person = await loadPerson(db, session.person_id);
        const limits = await codeLimits(db, visit, person);
        return { limits, personId: person.id, begun: person };
      },
      judge: ({ id }, write) =>
        write(async (db) => {
          const person = await holdPerson(db, id);
          await holdSession(db, session);
          const app = await holdApp(db, keys, id);
          if (!app || app.verified || app.generation !== person.generation)
            throw new Failure('second_factor_conflict');
          if ((await stepOf(db, app.secret, code, 0)) === undefined)
            throw new Failure('wrong_code');
          await db.query(sql`update two_factors set verified = true where person_id = ${id}`);
          // Whoever set up an app gets codes at their own address, not at one that others chose.
          await db.query(sql`
            update persons set two_factor_enabled = true, two_factor_email = null where id = ${id}`);
          const from = person.two_factor_enabled ? 'email' : 'none';
          const changes = { second_factor: { from, to: 'app' } };
          await concludeChange(db, visit, person, changes, { replaces: true });
          visit.letters.safety(id, { what: 'factor_added', factor: 'app' });
          return { user: { ...userOf(person), twoFactorEnabled: true } };
        }),
    }),
    'too_many_writes',
  );
}
