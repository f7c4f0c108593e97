/** How the letter goes that an agent or a member is owed, as those see it who named them. */
import sql from 'sql-template-tag';

/** What a row says when no letter is owed (any more). */
export const NOTHING_OWED = sql`
  mail_due_at = null, mail_tries = 0, mail_failure = null, mail_answer = '', mail_failed_at = null`;

/** What a row says when a letter is asked for once more: soon, with all its tries. */
export const DUE_AGAIN = sql`
  mail_due_at = greatest(now(), mail_failed_at + interval '1 minute'), mail_tries = 0,
  mail_failure = null, mail_answer = ''`;

/** Of an agent `g` who was mailed no invitation within the last minute. */
export const NOT_INVITED_JUST_NOW = sql`not exists (
  select from invitations i
  where i.server = g.server and i.account_id = g.account_id and i.agent_id = g.agent_id
    and i.created_at > now() - interval '1 minute')`;

/** Of a member `m`, likewise. */
export const MEMBER_NOT_INVITED_JUST_NOW = sql`not exists (
  select from invitations i
  where i.partner_id = m.partner_id and i.person_id = m.person_id
    and i.created_at > now() - interval '1 minute')`;

/** `not_delivered` of the wire. */
export const NOT_DELIVERED = sql`
  case when mail_failure is not null then jsonb_build_object(
    'why', mail_failure,
    'answer', mail_answer,
    'next_try_time', ceil(extract(epoch from mail_due_at))::bigint) end`;
