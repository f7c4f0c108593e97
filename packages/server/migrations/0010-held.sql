-- An account that the operator holds is off, and nobody but the operator lets it be switched on.
alter table accounts
  add column held_reason text,
  add column held_at timestamptz,
  add constraint accounts_held_check
    check ((held_at is null) = (held_reason is null) and (held_at is null or account_status = 0));
-- What updateAccount writes is not in it.
create index accounts_held on accounts (server, account_id) where held_at is not null;

-- The three settings change by updateAccount and by a hold, which switches off and nothing else;
-- holds begin and end by these operations and in no other way.
create or replace function guard_account_settings() returns trigger language plpgsql as $$
declare
  operation text := coalesce(current_setting('switchboard.operation', true), '');
  expected accounts;
begin
  if operation in ('updateAccount', 'eraseAccount') then
    return new;
  end if;
  if operation in ('holdAccount', 'releaseAccount') then
    expected := new;
    expected.account_name := old.account_name;
    expected.builder_url := old.builder_url;
    expected.erased_at := old.erased_at;
    expected.account_status :=
      case operation when 'holdAccount' then 0 else old.account_status end;
    if new is not distinct from expected then
      return new;
    end if;
  end if;
  raise exception 'account_name, account_status and builder_url change only through updateAccount'
    using errcode = 'insufficient_privilege';
end $$;
drop trigger guard_account_settings on accounts;
create trigger guard_account_settings
  before update of account_name, account_status, builder_url, erased_at, held_reason, held_at
  on accounts
  for each row execute function guard_account_settings();

create or replace function erase_account(erased_server text, erased_account_id integer)
returns boolean language plpgsql as $$
begin
  perform set_config('switchboard.operation', 'eraseAccount', true);
  update accounts
    set account_name = '', builder_url = '', reference = '', settings = '{}', erased_at = now(),
        held_reason = null, held_at = null
    where server = erased_server and account_id = erased_account_id
      and erased_at is null and deleted_at <= now() - interval '30 days';
  if not found then
    perform set_config('switchboard.operation', '', true);
    return false;
  end if;
  update agents
    set agent_name = '', display_name = ''
    where server = erased_server and account_id = erased_account_id;
  update events
    set changes = '{}', address = null, status_reason = null, account_name = null,
        reference = null, agent = null, erased_at = now()
    where server = erased_server and account_id = erased_account_id and erased_at is null;
  -- An answer may quote what it was sent.
  update delivery_attempts t set answer = null
    from events e
    where e.server = erased_server and e.account_id = erased_account_id
      and t.event_id = e.event_id and t.answer is not null;
  insert into events (type, partner_id, server, account_id, actor_kind, actor_id)
    select 'account.erased', partner_id, server, account_id, 'system', 'erase'
    from accounts where server = erased_server and account_id = erased_account_id;
  perform set_config('switchboard.operation', '', true);
  return true;
end $$;
