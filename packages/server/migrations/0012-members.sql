-- The people of a partner are invited, and may be asked for a second factor.
alter table members
  -- As the person was named: until they have joined the list calls them so.
  add column member_name text not null default '',
  -- Of the partner's people; null where a program did it.
  add column invited_by uuid references persons,
  add column joined_at timestamptz,
  -- As an agent's: how the letter with the invitation goes.
  add column mail_due_at timestamptz,
  add column mail_tries smallint not null default 0,
  add column mail_failure text
    check (mail_failure in ('refused', 'put_off', 'not_reached', 'no_answer', 'impossible')),
  add column mail_answer text not null default '',
  add column mail_failed_at timestamptz;
update members set joined_at = created_at where state = 'open';
create index on members (mail_due_at) where mail_due_at is not null;
create index on members (mail_failed_at) where mail_failed_at is not null;
create index on members (invited_by) where invited_by is not null;

-- Whoever has none enters nothing of the partner's.
alter table partners add column requires_second_factor boolean not null default false;

-- The last sign-in at the console that went all the way.
alter table persons add column console_signed_in_at timestamptz;

create index on invitations (partner_id, person_id) where partner_id is not null;

-- Letters to a partner's own people are of no account.
alter table mail_sent
  alter column server drop not null,
  alter column account_id drop not null,
  add check (num_nulls(server, account_id) in (0, 2));
create index on mail_sent (partner_id, sent_at) where server is null;
