-- Who invited an agent, and how the letter goes that the agent is owed. One that was given up has a
-- failure and is due no more; one that was taken has neither.
alter table agents
  -- Of the agents of the account; who is gone is not named.
  add column invited_by integer,
  add column mail_tries smallint not null default 0,
  add column mail_failure text
    check (mail_failure in ('refused', 'put_off', 'not_reached', 'no_answer', 'impossible')),
  -- What the mail server said, for the administrators of the account, for 30 days; never in a log.
  add column mail_answer text not null default '',
  add column mail_failed_at timestamptz;
create index on agents (mail_failed_at) where mail_failed_at is not null;
