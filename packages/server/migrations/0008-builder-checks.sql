-- Where builder links lead, and how each was found. The origin is all that is known of a link: path
-- and query may hold secrets.
create table builder_checks (
  origin text primary key,
  -- Without the port.
  host text not null,
  state text not null default 'not_checked'
    check (state in ('ok', 'unreachable', 'bad_tls', 'server_error', 'not_checked')),
  -- Of the last look. Null until the first.
  at timestamptz,
  -- For which the certificate was good then.
  tls_days integer,
  -- While somebody looks it is the end of their lease, an hour later: none looks sooner again.
  due_at timestamptz not null default now(),
  claimed_at timestamptz,
  -- An account got it: a pass that had begun before does not know of that.
  wanted_at timestamptz not null default clock_timestamp()
);
create index on builder_checks (due_at);
create index on builder_checks (claimed_at);
create index on builder_checks (origin) where at is null;

-- Held by whoever claims, so that the pace is kept over all nodes.
create table builder_check_pace (
  only_row boolean primary key default true check (only_row),
  -- When all accounts were gone through.
  passed_at timestamptz
);
insert into builder_check_pace default values;

create or replace function begin_log_anew() returns void language sql as $$
  insert into delivery_position (snapshot) values (pg_current_snapshot())
    on conflict (only_row) do update
    set snapshot = excluded.snapshot, up_to = null, after_event_id = null, events = 0;
  update webhooks set since = pg_current_snapshot();
  delete from log_milestones;
  update delivery_lanes set lease = null, due_at = now() where lease is not null;
  update installation set log_id = gen_random_uuid();
  -- Nobody reads here of accounts that another log told of: they are gone through at once.
  insert into builder_check_pace default values
    on conflict (only_row) do update set passed_at = null;
  update builder_checks set due_at = now(), claimed_at = null
    where claimed_at > coalesce(at, '-infinity');
$$;
