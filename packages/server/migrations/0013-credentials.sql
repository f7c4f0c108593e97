-- When each secret was last traded for a token, and from where: at most once a minute.
alter table credential_secrets
  add column last_used_at timestamptz,
  add column last_used_address text;

-- Of the secrets that are gone; what is in force says it itself.
alter table credentials add column last_used_address text;

-- As an account's entry number: what a member makes works only where its number is greater. Every
-- membership begins with one, and gets another whenever its role or state changes, so that nothing
-- from before a demotion or a removal comes back with the place.
alter table members add column entry_number bigint not null default nextval('entry_numbers');

create function raise_member_entry_number() returns trigger language plpgsql as $$
begin
  new.entry_number := nextval('entry_numbers');
  return new;
end $$;
create trigger raise_member_entry_number
  before update on members
  for each row
  when ((old.role, old.state) is distinct from (new.role, new.state))
  execute function raise_member_entry_number();

-- A login link is made by a credential or by a member of the account's partner.
alter table login_links
  alter column credential_id drop not null,
  add column member_person_id uuid references persons,
  add constraint login_links_maker_check
    check (num_nonnulls(credential_id, member_person_id) = 1);
create index on login_links (member_person_id) where member_person_id is not null;

alter table sessions
  drop constraint sessions_check,
  add column link_member_person_id uuid references persons,
  add constraint sessions_link_check
    check (num_nulls(link_server, link_account_id, link_agent_id) in (0, 3)
           and num_nonnulls(link_credential_id, link_member_person_id)
               = case when link_server is null then 0 else 1 end);
create index on sessions (link_member_person_id) where link_member_person_id is not null;
