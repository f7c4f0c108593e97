-- Who people are, how they prove it, and their sessions.

-- One order for sign-ins, login links and cuts: a session enters an account only when its number
-- is greater than the account's entry number. Numbers have gaps; order is never decided by a clock.
-- A cache would let one connection give out numbers that another has passed already.
create sequence entry_numbers as bigint cache 1;

create table persons (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- With the check, unique means unique without regard to case.
  email text not null unique check (email = lower(email)),
  -- When a link mailed to this address was used; null means that nobody proved it.
  email_proved_at timestamptz,
  password_hash text, -- PHC string of argon2id; null: there is none
  -- Raised whenever the password or a factor changes and by every takeover: what was proved under
  -- an older one makes nothing any more (docs/entering.md, Generations).
  generation bigint not null default 1,
  -- True without a verified row in two_factors: the second factor is a code sent by e-mail.
  two_factor_enabled boolean not null default false,
  -- Where the codes go when that is not the person's own address.
  two_factor_email text,
  -- Of pages and mails; null until somebody chose one.
  language text check (language in ('en', 'he')),
  -- The first sign-in with a password: every later one from an unknown browser is told by mail.
  first_signed_in_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- An authenticator app.
create table two_factors (
  person_id uuid primary key references persons (id) on delete cascade,
  secret bytea not null, -- encrypted (people/keys.ts)
  verified boolean not null default false, -- false until the first code of the app was entered
  -- Under which it was set up: an unverified one counts for nothing under another.
  generation bigint not null,
  -- The half minute of the last code that was taken: none is taken twice (RFC 6238, 5.2).
  last_step bigint not null default 0,
  created_at timestamptz not null default now()
);

-- One row a code; a used one is gone.
create table backup_codes (
  person_id uuid not null references two_factors (person_id) on delete cascade,
  code_hmac bytea not null,
  primary key (person_id, code_hmac)
);

create table sessions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references persons (id) on delete cascade,
  token_hash bytea not null unique,
  -- 'console' or 'server:<name>'.
  realm text not null check (realm = 'console' or realm like 'server:_%'),
  -- Drawn when the sign-in began; that of a login link when the link was made.
  number bigint not null,
  -- Whether the cookie outlives the browser.
  remembered boolean not null default true,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- Of a session made by a login link: the one agent that it is, and who made the link.
  link_server text,
  link_account_id integer,
  link_agent_id integer,
  link_credential_id integer,
  check (num_nulls(link_server, link_account_id, link_agent_id, link_credential_id) in (0, 4))
);
-- What a receipt counts and what a new session ends, and nothing else, is read: of one person and
-- realm those by password, or those by link of one account, that live.
create index on sessions (person_id, realm, link_account_id, expires_at, number);
create index on sessions (link_credential_id) where link_credential_id is not null;
create index on sessions (expires_at);

-- Half-done sign-ins: the password was right, the second factor is not given yet. Or, of a session,
-- the mailed code that sets up a second factor.
create table challenges (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea unique,
  session_id uuid unique references sessions (id) on delete cascade,
  person_id uuid not null references persons (id) on delete cascade,
  realm text not null,
  -- As they were when the sign-in began.
  generation bigint not null,
  number bigint not null,
  remembered boolean not null,
  network text not null,
  tries smallint not null default 0,
  code_hmac bytea,
  code_tries smallint not null default 0,
  code_expires_at timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check (num_nulls(token_hash, session_id) = 1)
);
create index on challenges (person_id, network, number);
create index on challenges (expires_at);

-- Mailed links for a new password.
create table password_resets (
  token_hash bytea primary key,
  person_id uuid not null references persons (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on password_resets (person_id);
create index on password_resets (expires_at);

-- Browsers that completed a sign-in. Such a cookie opens nothing: strangers who use up a person's
-- tries do not use up those of the person's own browsers.
create table device_cookies (
  token_hash bytea primary key,
  person_id uuid not null references persons (id) on delete cascade,
  generation bigint not null,
  created_at timestamptz not null default now()
);
create index on device_cookies (person_id, created_at);

-- Tries that may fail (passwords, codes, secrets) and letters, by whatever they are limited by; the
-- key is a hash of that. Tries under way are reserved before they are judged.
create table attempts (
  key bytea primary key,
  failed_at timestamptz[] not null default '{}',
  reserved_at timestamptz[] not null default '{}',
  blocked_until timestamptz,
  last_at timestamptz not null default now()
);
create index on attempts (last_at);
