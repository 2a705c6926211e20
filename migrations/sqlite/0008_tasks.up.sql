-- Calls over MCP that run on while their client polls. A process holds those that it runs by lease; another takes up what it leaves.
create table if not exists mcp_tasks (
  id text primary key not null,
  owner text not null,
  tool text not null,
  input text not null,
  caller text not null,
  status text not null check (status in ('working', 'input_required', 'completed', 'failed', 'cancelled')),
  message text,
  outcome text,
  questions text,
  answers text,
  attempts integer not null,
  lease_by text,
  lease_until integer,
  created_at integer not null,
  updated_at integer not null,
  expires_at integer not null
);
create index if not exists mcp_tasks_owner on mcp_tasks (owner, created_at);
create index if not exists mcp_tasks_lease on mcp_tasks (lease_until) where status in ('working', 'input_required');
create index if not exists mcp_tasks_expiry on mcp_tasks (expires_at);
