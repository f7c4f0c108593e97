-- Whoever reads the log on asks what the snapshot of last time did not see yet (events/window.ts).
create index events_transaction_id on events (transaction_id);

-- Transaction numbers of another cluster, as a plain restore brings them, would be news for as long
-- as this cluster has not counted so far. What came from elsewhere gets number 0: it is the past to
-- every snapshot.
create function settle_events() returns bigint language plpgsql as $$
declare
  settled bigint;
begin
  perform set_config('switchboard.operation', 'settleEvents', true);
  update events set transaction_id = '0'
    where transaction_id >= pg_snapshot_xmax(pg_current_snapshot());
  get diagnostics settled = row_count;
  perform set_config('switchboard.operation', '', true);
  return settled;
end $$;

create or replace function refuse_event_change() returns trigger language plpgsql as $$
declare
  renumbered events;
begin
  if tg_op = 'TRUNCATE' and current_setting('switchboard.operation', true) = 'importAll' then
    return null;
  end if;
  if tg_op = 'UPDATE' and current_setting('switchboard.operation', true) = 'eraseAccount' then
    if exists (select from accounts a
               where a.server = old.server and a.account_id = old.account_id
                 and a.erased_at is not null)
       and (new.event_id, new.transaction_id, new.at, new.type, new.partner_id, new.server,
            new.account_id, new.subject, new.actor_kind, new.actor_id, new.request_id)
           is not distinct from
           (old.event_id, old.transaction_id, old.at, old.type, old.partner_id, old.server,
            old.account_id, old.subject, old.actor_kind, old.actor_id, old.request_id)
       and new.changes = '{}' and new.address is null and new.status_reason is null then
      return new;
    end if;
  end if;
  -- Nothing but a number from the future, and to nothing but the past.
  if tg_op = 'UPDATE' and current_setting('switchboard.operation', true) = 'settleEvents'
     and old.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) then
    renumbered := old;
    renumbered.transaction_id := '0';
    if new is not distinct from renumbered then
      return new;
    end if;
  end if;
  raise exception 'events are append-only' using errcode = 'insufficient_privilege';
end $$;
