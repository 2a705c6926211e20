-- What was accepted, one lean row a metric. `id` only grows, so whoever follows remembers the last one it has seen.

create table samples (
  id integer primary key,
  batch integer not null,
  series integer not null,
  at integer not null,
  value real not null,
  duration_ms real,
  metadata text
);

-- One request.
create table batches (
  id integer primary key,
  request_id text not null,
  received_at integer not null
);

-- What the metrics of one sender have in common. The same may stand here under several ids: see docs/metrics.md.
create table series (
  id integer primary key,
  service text not null,
  service_version text,
  instance_id text,
  metric_type text not null,
  dimensions text not null,
  created_at integer not null
);

-- Which ids hold which times: a small index that is only ever written at its end.
create table blocks (
  first_id integer primary key,
  last_id integer not null,
  from_at integer not null,
  to_at integer not null,
  received_from integer not null,
  received_to integer not null
);
create index blocks_to_at on blocks (to_at);

create table dead_letters (
  id integer primary key,
  request_id text not null,
  received_at integer not null,
  reason text not null,
  metric text not null
);

create table idempotency_keys (
  key text not null primary key,
  received_at integer not null
) without rowid;
create index idempotency_keys_received_at on idempotency_keys (received_at);

-- How far the log has been read into these tables, and the last id that was ever given to a row.
create table log_progress (
  one integer primary key check (one = 1),
  segment integer not null,
  "offset" integer not null,
  last_id integer not null
);
insert into log_progress values (1, 0, 0, 0);

create table if not exists retention_policies (
  id integer primary key autoincrement,
  table_name text not null unique,
  retention_days integer not null,
  is_active boolean default 1,
  created_at text default (datetime('now')),
  updated_at text default (datetime('now'))
);

create table if not exists api_key_usage_log (
  id integer primary key autoincrement,
  key_hash text not null,
  service_name text not null,
  timestamp text not null,
  endpoint text not null,
  request_count integer default 1,
  bytes_processed integer default 0,
  duration_ms real default 0,
  status_code integer default 200
);
create index if not exists idx_usage_log_timestamp on api_key_usage_log (timestamp);

-- What each of the predecessor's tables no longer shows: a row leaves the disk when no table shows it any more.
create table retention_cutoffs (
  table_name text not null primary key,
  received_before integer not null
) without rowid;

-- When the daily clean-up last ended.
create table retention_runs (
  one integer primary key check (one = 1),
  ended_at integer not null
);

create view stored_metrics as
select
  m.id,
  b.request_id,
  s.service,
  s.service_version,
  s.instance_id,
  s.metric_type,
  strftime('%Y-%m-%dT%H:%M:%fZ', m.at / 1000.0, 'unixepoch') as timestamp,
  m.value,
  m.duration_ms,
  s.dimensions,
  coalesce(m.metadata, '{}') as metadata,
  strftime('%Y-%m-%d %H:%M:%S', b.received_at / 1000.0, 'unixepoch') as created_at,
  b.received_at
from samples m
join series s on s.id = m.series
join batches b on b.id = m.batch;

create view metrics as
select
  id, request_id, service, service_version, instance_id, metric_type, timestamp, value, duration_ms, dimensions, metadata, created_at
from stored_metrics
where received_at >= coalesce((select received_before from retention_cutoffs where table_name = 'metrics'), -1e18);

create view auth_metrics as
select
  id, request_id, timestamp, service, duration_ms,
  json_extract(dimensions, '$.success') as success,
  json_extract(dimensions, '$.method') as method,
  json_extract(dimensions, '$.server') as server,
  json_extract(dimensions, '$.user_hash') as user_hash,
  json_extract(metadata, '$.error_code') as error_code,
  created_at
from stored_metrics
where metric_type = 'auth_request'
  and received_at >= coalesce((select received_before from retention_cutoffs where table_name = 'auth_metrics'), -1e18);

create view discovery_metrics as
select
  id, request_id, timestamp, service, duration_ms,
  json_extract(dimensions, '$.query') as query,
  json_extract(dimensions, '$.results_count') as results_count,
  json_extract(dimensions, '$.top_k_services') as top_k_services,
  json_extract(dimensions, '$.top_n_tools') as top_n_tools,
  json_extract(metadata, '$.embedding_time_ms') as embedding_time_ms,
  coalesce(json_extract(metadata, '$.faiss_search_time_ms'), json_extract(metadata, '$.vector_search_time_ms')) as faiss_search_time_ms,
  created_at
from stored_metrics
where metric_type = 'tool_discovery'
  and received_at >= coalesce((select received_before from retention_cutoffs where table_name = 'discovery_metrics'), -1e18);

create view tool_metrics as
select
  id, request_id, timestamp, service, duration_ms,
  json_extract(dimensions, '$.tool_name') as tool_name,
  json_extract(dimensions, '$.server_path') as server_path,
  json_extract(dimensions, '$.server_name') as server_name,
  json_extract(dimensions, '$.success') as success,
  json_extract(metadata, '$.error_code') as error_code,
  json_extract(metadata, '$.input_size_bytes') as input_size_bytes,
  json_extract(metadata, '$.output_size_bytes') as output_size_bytes,
  json_extract(dimensions, '$.client_name') as client_name,
  json_extract(dimensions, '$.client_version') as client_version,
  json_extract(dimensions, '$.method') as method,
  json_extract(dimensions, '$.user_hash') as user_hash,
  created_at
from stored_metrics
where metric_type = 'tool_execution'
  and received_at >= coalesce((select received_before from retention_cutoffs where table_name = 'tool_metrics'), -1e18);
