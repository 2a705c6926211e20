-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- API keys and subscriptions. Only hashes of secrets and of emails are kept.

create table if not exists holdfast.api_keys (
  id text primary key,
  owner text not null,
  user_id text,
  org_id text,
  tier text not null check (tier in ('free', 'basic', 'solo', 'premium', 'team', 'enterprise')),
  scopes jsonb not null,
  service text,
  name text,
  hash text not null check (length(hash) = 64),
  limits jsonb,
  rotated_from text,
  expires_at timestamptz(3),
  overlap_ends_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null
);
create unique index if not exists api_keys_hash on holdfast.api_keys (hash);
create index if not exists api_keys_owner on holdfast.api_keys (owner);

create table if not exists holdfast.user_subscriptions (
  owner text primary key,
  key_hash text not null check (length(key_hash) = 64),
  tier text not null check (tier in ('free', 'basic', 'solo', 'premium', 'team', 'enterprise')),
  status text not null check (status in ('active', 'trial', 'past_due', 'cancelled', 'expired', 'suspended')),
  expires_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create unique index if not exists user_subscriptions_key_hash on holdfast.user_subscriptions (key_hash);

grant select on holdfast.api_keys, holdfast.user_subscriptions to holdfast_caller;
grant select, insert, update, delete on holdfast.api_keys, holdfast.user_subscriptions to holdfast_system;

alter table holdfast.api_keys enable row level security;
alter table holdfast.api_keys force row level security;
drop policy if exists own_rows on holdfast.api_keys;
create policy own_rows on holdfast.api_keys for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
drop policy if exists all_rows on holdfast.api_keys;
create policy all_rows on holdfast.api_keys to holdfast_system using (true) with check (true);

alter table holdfast.user_subscriptions enable row level security;
alter table holdfast.user_subscriptions force row level security;
drop policy if exists own_rows on holdfast.user_subscriptions;
create policy own_rows on holdfast.user_subscriptions for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
drop policy if exists all_rows on holdfast.user_subscriptions;
create policy all_rows on holdfast.user_subscriptions to holdfast_system using (true) with check (true);

insert into holdfast.schema_migrations values ('0002', 'identity', '61cc64ea65e3c24532b97421474bace59754b89a6f5dab924f83fe6617fbcd45', now());
