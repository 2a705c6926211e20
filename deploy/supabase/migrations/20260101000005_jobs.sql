-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- Durable background work. `queued` waits for its first attempt, `failed` for its next; `dead` had its last.
create table if not exists holdfast.jobs (
  id text primary key,
  owner text,
  kind text not null,
  unique_key text,
  payload jsonb,
  status text not null check (status in ('queued', 'running', 'done', 'failed', 'dead')),
  attempts integer not null,
  max_attempts integer not null,
  run_at timestamptz(3) not null,
  lease_until timestamptz(3),
  lease_by text,
  progress jsonb,
  last_error text check (length(last_error) <= 300),
  created_at timestamptz(3) not null,
  finished_at timestamptz(3)
);
create unique index if not exists jobs_unique_key on holdfast.jobs (unique_key);
create index if not exists jobs_due on holdfast.jobs (run_at) where status in ('queued', 'failed', 'running');
create index if not exists jobs_owner on holdfast.jobs (owner, created_at);
create index if not exists jobs_finished on holdfast.jobs (finished_at) where finished_at is not null;

grant select on holdfast.jobs to holdfast_caller;
grant select, insert, update, delete on holdfast.jobs to holdfast_system;

alter table holdfast.jobs enable row level security;
alter table holdfast.jobs force row level security;
drop policy if exists own_rows on holdfast.jobs;
create policy own_rows on holdfast.jobs for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
drop policy if exists all_rows on holdfast.jobs;
create policy all_rows on holdfast.jobs to holdfast_system using (true) with check (true);

insert into holdfast.schema_migrations values ('0005', 'jobs', 'dbd4af57846056b7df0a51737d86af0a262b6f4c09105c33ad54a1906a1b7872', now());
