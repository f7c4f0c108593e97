/** The secret of an app that is being set up, once more. */
import type { identityCalls } from '@switchboard/contract';
import { Failure } from '../../failure.ts';
import { atOnce, withPassword } from '../change.ts';
import type { VisitVerb } from '../visit.ts';
import { appUri } from './app-code.ts';
import { holdApp } from './second-factor.ts';

/** @throws Failure second_factor_conflict where no app waits for its first code; wrong_password … */
export const getAppUri: VisitVerb<typeof identityCalls.getAppUri> = (input, visit) =>
  withPassword(
    visit,
    input.password,
    async (db, { id, email, generation }) => {
      const app = await holdApp(db, visit.keys, id);
      if (!app || app.verified || app.generation !== generation)
        throw new Failure('second_factor_conflict');
      return { totpURI: appUri(app.secret, email) };
    },
    atOnce,
  );
