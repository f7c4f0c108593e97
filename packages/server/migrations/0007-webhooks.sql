-- What a delivery tells is what was true at the change: it is in the event when that commits.
alter table events
  add column account_name text,
  add column reference text,
  add column revision bigint,
  add column agent jsonb;

create or replace function refuse_event_change() returns trigger language plpgsql as $$
declare
  expected events;
begin
  if tg_op = 'TRUNCATE' and current_setting('switchboard.operation', true) = 'importAll' then
    return null;
  end if;
  if tg_op = 'UPDATE' and current_setting('switchboard.operation', true) = 'eraseAccount'
     and exists (select from accounts a
                 where a.server = old.server and a.account_id = old.account_id
                   and a.erased_at is not null) then
    expected := old;
    expected.changes := '{}';
    expected.address := null;
    expected.status_reason := null;
    expected.account_name := null;
    expected.reference := null;
    expected.agent := null;
    expected.erased_at := new.erased_at;
    if new is not distinct from expected then
      return new;
    end if;
  end if;
  -- Nothing but a number from the future, and to nothing but the past.
  if tg_op = 'UPDATE' and current_setting('switchboard.operation', true) = 'settleEvents'
     and old.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) then
    expected := old;
    expected.transaction_id := '0';
    if new is not distinct from expected then
      return new;
    end if;
  end if;
  raise exception 'events are append-only' using errcode = 'insufficient_privilege';
end $$;

-- A partner's address. Without one (`url` is '') what waits is kept.
create table webhooks (
  partner_id integer primary key references partners,
  url text not null,
  -- Sealed under SECRET_KEY.
  secret bytea not null,
  previous_secret bytea,
  previous_until timestamptz,
  -- What had been committed when the address was set is not delivered.
  since pg_snapshot not null default pg_current_snapshot(),
  paused_at timestamptz,
  -- Failures in a row, and since when nothing was taken.
  failures integer not null default 0,
  failing_since timestamptz,
  last_success_at timestamptz,
  -- In trouble: how often it was probed in vain. Null when it is not.
  probes smallint,
  -- Nothing is sent before: the next probe, its lease, or what Retry-After asked for.
  open_at timestamptz not null default '-infinity'
);

-- One event on its way to its partner's address.
create table deliveries (
  event_id bigint primary key,
  partner_id integer not null,
  server text not null,
  account_id integer not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  -- That count: tries while the address was in trouble do not.
  tries smallint not null default 0,
  first_failed_at timestamptz,
  -- While somebody's wish sends it once more, outside the order.
  resending_until timestamptz,
  created_at timestamptz not null default now()
);
create index on deliveries using brin (created_at);
create index on deliveries (partner_id, event_id);
create index on deliveries (partner_id, event_id) where state = 'failed';
create index on deliveries (server, account_id, event_id) where state = 'waiting';

-- An account's deliveries go one after the other. What is claimed is the lane, not the delivery:
-- "due and no earlier one waits" is dear with a million waiting.
create table delivery_lanes (
  server text not null,
  account_id integer not null,
  partner_id integer not null,
  waiting integer not null,
  -- When its first is sent next, or its lease ends. Null when none waits.
  due_at timestamptz,
  lease uuid,
  primary key (server, account_id)
);
create index on delivery_lanes (partner_id, due_at) where due_at is not null;

create table delivery_attempts (
  event_id bigint not null,
  at timestamptz not null default clock_timestamp(),
  outcome text not null,
  http_status smallint,
  milliseconds integer not null,
  -- The first KiB of what the address answered.
  answer text
);
create index on delivery_attempts (event_id, at);

-- Up to where deliveries have been made of the log (events/window.ts).
create table delivery_position (
  only_row boolean primary key default true check (only_row),
  snapshot pg_snapshot not null,
  up_to pg_snapshot,
  after_event_id bigint,
  -- Events since the last milestone.
  events integer not null default 0
);
insert into delivery_position (snapshot) values (pg_current_snapshot());

-- Snapshots that were true at some time: a reader who was away long goes from one to the next.
create table log_milestones (
  snapshot pg_snapshot not null
);
create index on log_milestones (pg_snapshot_xmax(snapshot));

-- Cursors of the feed are worth nothing in a log that was begun anew.
alter table installation add column log_id uuid not null default gen_random_uuid();

-- The deliveries that some events owe, each at most once. Of events that an import brought the
-- numbers do not say whether they came before their partner's address: the import judges that.
create function create_deliveries(event_ids bigint[], types text[], imported boolean default false)
returns integer
language sql as $$
  with owed as (
    insert into deliveries (event_id, partner_id, server, account_id)
    select e.event_id, e.partner_id, e.server, e.account_id
    from events e
    join webhooks w on w.partner_id = e.partner_id and w.url <> ''
      and (imported or not pg_visible_in_snapshot(e.transaction_id, w.since))
    where e.event_id = any (event_ids) and e.type = any (types)
    order by e.event_id
    on conflict do nothing
    returning server, account_id, partner_id
  ),
  queued as (
    insert into delivery_lanes (server, account_id, partner_id, waiting, due_at)
    select server, account_id, partner_id, count(*), now()
    from owed
    group by server, account_id, partner_id
    order by server, account_id
    on conflict (server, account_id) do update
    set waiting = delivery_lanes.waiting + excluded.waiting,
        due_at = coalesce(delivery_lanes.due_at, excluded.due_at)
  )
  select count(*)::integer from owed
$$;

-- After numbers of transactions lost their meaning: every reader begins at what is there now.
create function begin_log_anew() returns void language sql as $$
  insert into delivery_position (snapshot) values (pg_current_snapshot())
    on conflict (only_row) do update
    set snapshot = excluded.snapshot, up_to = null, after_event_id = null, events = 0;
  update webhooks set since = pg_current_snapshot();
  delete from log_milestones;
  update delivery_lanes set lease = null, due_at = now() where lease is not null;
  update installation set log_id = gen_random_uuid();
$$;

-- Transaction numbers of another cluster, as a plain restore brings them, would be news for as long
-- as this cluster has not counted so far. What came from elsewhere gets number 0: it is the past to
-- every snapshot. What was not yet made into deliveries is first.
drop function settle_events();
create function settle_events(types text[]) returns bigint language plpgsql as $$
declare
  settled bigint;
begin
  perform create_deliveries(array(
    select e.event_id from events e, delivery_position p
    where e.transaction_id >= pg_snapshot_xmax(p.snapshot)
       or e.transaction_id in (select pg_snapshot_xip(p.snapshot))), types);
  perform set_config('switchboard.operation', 'settleEvents', true);
  update events set transaction_id = '0'
    where transaction_id >= pg_snapshot_xmax(pg_current_snapshot());
  get diagnostics settled = row_count;
  perform set_config('switchboard.operation', '', true);
  perform begin_log_anew();
  return settled;
end $$;

create or replace function erase_account(erased_server text, erased_account_id integer)
returns boolean language plpgsql as $$
begin
  perform set_config('switchboard.operation', 'eraseAccount', true);
  update accounts
    set account_name = '', builder_url = '', reference = '', settings = '{}', erased_at = now()
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
