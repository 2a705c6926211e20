-- Durable background work. `queued` waits for its first attempt, `failed` for its next; `dead` had its last.
create table if not exists jobs (
  id text primary key not null,
  owner text,
  kind text not null,
  unique_key text,
  payload text,
  status text not null check (status in ('queued', 'running', 'done', 'failed', 'dead')),
  attempts integer not null,
  max_attempts integer not null,
  run_at integer not null,
  lease_until integer,
  lease_by text,
  progress text,
  last_error text check (length(last_error) <= 300),
  created_at integer not null,
  finished_at integer
);
create unique index if not exists jobs_unique_key on jobs (unique_key);
create index if not exists jobs_due on jobs (run_at) where status in ('queued', 'failed', 'running');
create index if not exists jobs_owner on jobs (owner, created_at);
create index if not exists jobs_finished on jobs (finished_at) where finished_at is not null;
