-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- Calls over MCP that run on while their client polls. A process holds those that it runs by lease; another takes up what it leaves.
create table if not exists holdfast.mcp_tasks (
  id text primary key,
  owner text not null,
  tool text not null,
  input jsonb not null,
  caller jsonb not null,
  status text not null check (status in ('working', 'input_required', 'completed', 'failed', 'cancelled')),
  message text,
  outcome jsonb,
  questions jsonb,
  answers jsonb,
  attempts integer not null,
  lease_by text,
  lease_until timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  expires_at timestamptz(3) not null
);
create index if not exists mcp_tasks_owner on holdfast.mcp_tasks (owner, created_at);
create index if not exists mcp_tasks_lease on holdfast.mcp_tasks (lease_until) where status in ('working', 'input_required');
create index if not exists mcp_tasks_expiry on holdfast.mcp_tasks (expires_at);

grant select, insert, update, delete on holdfast.mcp_tasks to holdfast_caller, holdfast_system;

alter table holdfast.mcp_tasks enable row level security;
alter table holdfast.mcp_tasks force row level security;
drop policy if exists own_rows on holdfast.mcp_tasks;
create policy own_rows on holdfast.mcp_tasks to holdfast_caller
  using (owner = (select current_setting('app.principal', true)))
  with check (owner = (select current_setting('app.principal', true)));
drop policy if exists all_rows on holdfast.mcp_tasks;
create policy all_rows on holdfast.mcp_tasks to holdfast_system using (true) with check (true);

insert into holdfast.schema_migrations values ('0008', 'tasks', '06bd54fd71294983ef78b30a2aa69a7d162cab595423c09eb781ee7630a88d6d', now());
