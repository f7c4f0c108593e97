-- What a partner's people may do in the console (contract: members.ts), and since when the password
-- of a session is proved: secrets are shown to who gave it within ten minutes.
alter table members drop constraint members_role_check;
update members set role = 'operator' where role = 'member';
alter table members add constraint members_role_check
  check (role in ('administrator', 'operator', 'viewer'));

alter table sessions add column password_at timestamptz not null default now();

-- Keys are each caller's own.
alter table idempotency_keys add column actor text not null default '';
alter table idempotency_keys drop constraint idempotency_keys_pkey;
alter table idempotency_keys add primary key (partner_id, actor, key);
