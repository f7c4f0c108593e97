/** How the letter goes that an agent is owed, as those see it who named them. */
import sql from 'sql-template-tag';

/** What an agent's row says when no letter is owed (any more). */
export const NOTHING_OWED = sql`
  mail_due_at = null, mail_tries = 0, mail_failure = null, mail_answer = '', mail_failed_at = null`;

/** Of an agent `g`: `not_delivered` of the wire. */
export const NOT_DELIVERED = sql`
  case when g.mail_failure is not null then jsonb_build_object(
    'why', g.mail_failure,
    'answer', g.mail_answer,
    'next_try_time', ceil(extract(epoch from g.mail_due_at))::bigint) end`;
