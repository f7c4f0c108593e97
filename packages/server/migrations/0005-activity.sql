-- The accounts that a session has entered: the first time is recorded as a sign-in there.
alter table sessions add column entered_accounts integer[] not null default '{}';

-- When this person first came in by a way of their own. From then on they are called in the account
-- as they call themselves; until then as whoever named them did.
alter table agents add column entered_at timestamptz;

-- What an agent was before each of these: the log tells role and name as they were.
create index events_of_agents on events (server, account_id, subject, event_id)
  where type in ('agent.updated', 'agent.removed');

-- Who left last.
create index events_of_removals on events (server, account_id, event_id)
  where type = 'agent.removed';
