-- API keys and subscriptions. Only hashes of secrets and of emails are kept.

create table if not exists api_keys (
  id text not null primary key,
  owner text not null,
  user_id text,
  org_id text,
  tier text not null check (tier in ('free', 'basic', 'solo', 'premium', 'team', 'enterprise')),
  scopes text not null,
  service text,
  name text,
  hash text not null check (length(hash) = 64),
  limits text,
  rotated_from text,
  expires_at integer,
  overlap_ends_at integer,
  revoked_at integer,
  last_used_at integer,
  created_at integer not null
) strict;
create unique index if not exists api_keys_hash on api_keys (hash);
create index if not exists api_keys_owner on api_keys (owner);

create table if not exists user_subscriptions (
  owner text not null primary key,
  key_hash text not null check (length(key_hash) = 64),
  tier text not null check (tier in ('free', 'basic', 'solo', 'premium', 'team', 'enterprise')),
  status text not null check (status in ('active', 'trial', 'past_due', 'cancelled', 'expired', 'suspended')),
  expires_at integer,
  created_at integer not null,
  updated_at integer not null
) strict;
create unique index if not exists user_subscriptions_key_hash on user_subscriptions (key_hash);
