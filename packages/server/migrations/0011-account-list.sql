-- What the list of accounts finds and sorts by. No index: updateAccount writes beside these, and one
-- on the time of change would cost it a fifth (docs/hot-path.md).
alter table accounts
  -- The addresses of open administrators in capitals, one a line. The verbs of agents keep it.
  add column administrators text not null default '',
  add column status_changed_at timestamptz not null default now(),
  -- Of the three settings; an account that was made or restored counts as changed.
  add column changed_at timestamptz not null default now();

-- When somebody last came in as this agent, to the hour.
alter table agents add column last_entered_at timestamptz;

-- Addresses are ASCII (contract: mail-address.ts), so that capitals are the same under every locale.
create function administrators_of(of_server text, of_account_id integer)
returns text stable language sql as $$
  select coalesce(string_agg(upper(p.email collate "C"), e'\n' order by g.agent_id), '')
  from agents g
  join persons p on p.id = g.person_id
  where g.server = of_server and g.account_id = of_account_id
    and g.role = 'administrator' and g.state = 'open'
$$;

update accounts a
set administrators = case when a.erased_at is null
                          then administrators_of(a.server, a.account_id) else '' end,
    status_changed_at = coalesce(l.status_changed_at, a.created_at),
    changed_at = coalesce(l.changed_at, a.created_at)
from accounts b
left join (
  select server, account_id, max(at) as changed_at,
    max(at) filter (where type in ('account.suspended', 'account.resumed')) as status_changed_at
  from events
  where type in ('account.updated', 'account.suspended', 'account.resumed', 'account.restored')
  group by server, account_id
) l using (server, account_id)
where b.server = a.server and b.account_id = a.account_id;

update agents g
set last_entered_at = l.at
from (
  select server, account_id, subject, max(at) as at
  from events
  where type in ('agent.signed_in', 'login_link.used') and erased_at is null
  group by server, account_id, subject
) l
where g.server = l.server and g.account_id = l.account_id and g.agent_id::text = l.subject;

-- Nothing of these outlives an erased account.
create function erase_account_list() returns trigger language plpgsql as $$
begin
  new.administrators := '';
  update agents set last_entered_at = null
    where server = new.server and account_id = new.account_id;
  return new;
end $$;
create trigger erase_account_list
  before update of erased_at on accounts
  for each row when (new.erased_at is not null) execute function erase_account_list();
