/** The password once more, by somebody who is signed in: it opens what secrets are behind. */
import type { PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { atOnce, withPassword } from '../change.ts';
import type { VisitVerb } from '../visit.ts';

/** @throws Failure wrong_password, too_many_failures, no_session */
export const confirmPassword: VisitVerb<PageCalls['confirmPassword']> = ({ password }, visit) =>
  withPassword(
    visit,
    password,
    async (db) => {
      await db.query(sql`update sessions set password_at = now() where id = ${visit.session.id}`);
      return {};
    },
    atOnce,
  );
