/** Every second factor of a person is taken away. */
import type { identityCalls } from '@switchboard/contract';
import { atOnce, concludeChange, withPassword } from '../change.ts';
import { removeFactors } from '../person.ts';
import type { VisitVerb } from '../visit.ts';

/** @throws Failure wrong_password, too_many_failures, too_many_writes, no_session */
export const disableFactor: VisitVerb<typeof identityCalls.disableFactor> = (input, visit) =>
  withPassword(
    visit,
    input.password,
    async (db, person) => {
      await removeFactors(db, person.id);
      const from = factorOf(person);
      const changes = { second_factor: { from, to: 'none' } };
      await concludeChange(db, visit, person, changes, { replaces: true });
      if (from !== 'none')
        visit.letters.safety(person.id, {
          what: 'factor_removed',
          factor: from === 'app' ? 'app' : 'mail',
        });
      return { status: true as const };
    },
    atOnce,
  );

const factorOf = (person: { two_factor_enabled: boolean; has_app: boolean }): string => {
  if (!person.two_factor_enabled) return 'none';
  return person.has_app ? 'app' : 'email';
};
