/** A backup code finishes a sign-in, once. */
import type { identityCalls } from '@switchboard/contract';
import { Failure } from '../../failure.ts';
import type { VisitVerb } from '../visit.ts';
import { useBackupCode } from './backup-code.ts';
import { secondStep, takeTry } from './second-step.ts';

/** @throws Failure of `secondStep`; second_factor_conflict without an app, and with a session */
export const verifyBackupCode: VisitVerb<typeof identityCalls.verifyBackupCode> = async (
  { code },
  visit,
) => {
  if (visit.session) throw new Failure('second_factor_conflict');
  return secondStep(visit, {
    take: takeTry,
    prove: async (db, person) => {
      if (!person.has_app) throw new Failure('second_factor_conflict');
      return useBackupCode(db, visit.keys, person.id, code);
    },
  });
};
