-- What the online adds to people, sessions and agents.

-- The language of the person's pages and mails; null until somebody chose one.
alter table persons add column language text check (language in ('en', 'he'));

-- Ours. Of a session made by a login link: the credential that made the link. What is done in
-- such a session is done by the partner, and the log says so.
alter table sessions add column link_client_id text;
alter table sessions add check (link_client_id is null or link_server is not null);

-- When the next try to mail this agent is due; null when no mail is owed. Set with the row, so
-- that a crash between naming somebody and mailing them loses nothing.
alter table agents add column mail_due_at timestamptz;
update agents set mail_due_at = now() where state = 'waiting';
create index on agents (mail_due_at) where mail_due_at is not null;

-- Codes of authenticator apps that were taken: RFC 6238, 5.2, none is taken twice. Hashed with the
-- person's id; a code lives for a minute and a half.
create table used_codes (
  code_hash bytea primary key,
  used_at timestamptz not null default now()
);
