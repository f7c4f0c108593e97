-- Who people are, and their sessions. better-auth 1.7.25 reads and writes the columns that its own
-- migration asks for, under our names (docs/adr/0002-identity-library.md); those marked "ours" are
-- not in its configuration, so it can neither read nor write them.

-- One order for sessions, login links and cuts: a session enters an account only when its number
-- is greater than the account's entry number. Numbers have gaps; order is never decided by a clock.
create sequence entry_numbers as bigint;

create table persons (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- Always lower case: the library looks for email = lower(what was typed), so that a mixed-case
  -- row could never sign in. With the check, unique means unique without regard to case.
  email text not null unique check (email = lower(email)),
  -- Ours. When a link mailed to this address was used; null means that nobody proved it.
  email_proved_at timestamptz,
  -- What the library reads. Derived, so that it cannot be set apart from the time above.
  email_verified boolean not null generated always as (email_proved_at is not null) stored,
  image text,
  -- True without a row in two_factors: the second factor is a code sent by e-mail.
  two_factor_enabled boolean not null default false,
  -- Ours. Where the codes go when that is not the person's own address.
  two_factor_email text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- How a person signs in. For a password: provider 'credential', subject the person's own id.
create table identities (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references persons (id) on delete cascade,
  provider text not null,
  subject text not null,
  password text, -- PHC string of argon2id
  -- Of other providers. None is configured; the library's schema wants the columns.
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider, subject),
  check (provider <> 'credential' or subject = person_id::text)
);

create index identities_person_id_idx on identities (person_id);

create table sessions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references persons (id) on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Ours. 'console' or 'server:<name>'. The library inserts the row without it and we set it right
  -- after; until then the session is valid nowhere.
  realm text check (realm = 'console' or realm like 'server:_%'),
  -- Ours. When the library replaces a session (a new second factor or password), the new row is
  -- given the old one's number: only a sign-in counts as one.
  number bigint not null default nextval('entry_numbers'),
  -- Ours. Of a session made by a login link: the only account that it enters.
  link_server text,
  link_account_id integer,
  check ((link_server is null) = (link_account_id is null))
);

create index sessions_person_id_idx on sessions (person_id);

-- Secrets with an end: reset tokens, e-mailed codes, half-done sign-ins, trusted devices. All but
-- the e-mailed codes carry the person's id in value: dropping somebody's second factor and sessions
-- means deleting these rows too.
create table verifications (
  id uuid primary key default gen_random_uuid(),
  identifier text not null, -- hashed
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index verifications_identifier_idx on verifications (identifier);
create index verifications_value_idx on verifications (value);

-- An authenticator app and its backup codes, encrypted with the library's secret.
create table two_factors (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null unique references persons (id) on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true, -- false until the first code of the app was entered
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);
