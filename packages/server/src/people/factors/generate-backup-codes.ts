/** New backup codes; those of before are over. */
import type { identityCalls } from '@switchboard/contract';
import { count } from '../../attempts/attempt.ts';
import { Failure } from '../../failure.ts';
import { atOnce, withPassword } from '../change.ts';
import { raiseLimits } from '../limits.ts';
import { recordChange, type VisitVerb } from '../visit.ts';
import { replaceBackupCodes } from './backup-code.ts';
import { holdApp } from './second-factor.ts';

/** @throws Failure second_factor_conflict without an app; wrong_password, too_many_failures … */
export const generateBackupCodes: VisitVerb<typeof identityCalls.generateBackupCodes> = (
  input,
  visit,
) =>
  withPassword(
    visit,
    input.password,
    async (db, { id, generation }) => {
      const app = await holdApp(db, visit.keys, id);
      if (!app || (!app.verified && app.generation !== generation))
        throw new Failure('second_factor_conflict');
      await count(db, raiseLimits(id));
      const backupCodes = await replaceBackupCodes(db, visit.keys, id);
      if (app.verified) visit.letters.safety(id, { what: 'backup_codes_made' });
      await recordChange(db, visit, id, { backup_codes: { from: null, to: 'set' } });
      return { status: true as const, backupCodes };
    },
    atOnce,
  );
