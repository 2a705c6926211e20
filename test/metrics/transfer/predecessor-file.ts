import { Database } from 'bun:sqlite'

/** The predecessor's schema after all of its migrations. */
const schema = `
create table api_keys (id integer primary key autoincrement, key_hash text unique not null, service_name text not null, created_at text default (datetime('now')),
  last_used_at text, is_active boolean default 1, rate_limit integer default 1000, usage_count integer default 0, daily_usage_limit integer, monthly_usage_limit integer, description text);
create index idx_api_keys_hash on api_keys(key_hash);
create index idx_api_keys_service on api_keys(service_name);
create table metrics (id integer primary key autoincrement, request_id text not null, service text not null, service_version text, instance_id text, metric_type text not null,
  timestamp text not null, value real not null, duration_ms real, dimensions text, metadata text, created_at text default (datetime('now')));
create index idx_metrics_timestamp on metrics(timestamp);
create index idx_metrics_service_type on metrics(service, metric_type);
create index idx_metrics_type_timestamp on metrics(metric_type, timestamp);
create table auth_metrics (id integer primary key autoincrement, request_id text not null, timestamp text not null, service text not null, duration_ms real, success boolean, method text,
  server text, user_hash text, error_code text, created_at text default (datetime('now')));
create index idx_auth_timestamp on auth_metrics(timestamp);
create table discovery_metrics (id integer primary key autoincrement, request_id text not null, timestamp text not null, service text not null, duration_ms real, query text,
  results_count integer, top_k_services integer, top_n_tools integer, embedding_time_ms real, faiss_search_time_ms real, created_at text default (datetime('now')));
create table tool_metrics (id integer primary key autoincrement, request_id text not null, timestamp text not null, service text not null, duration_ms real, tool_name text, server_path text,
  server_name text, success boolean, error_code text, input_size_bytes integer, output_size_bytes integer, client_name text, client_version text, method text, user_hash text,
  created_at text default (datetime('now')));
create table schema_migrations (version integer primary key, name text not null, applied_at text default (datetime('now')));
create table metrics_hourly (id integer primary key autoincrement, service text not null, metric_type text not null, hour_timestamp text not null, count integer default 0, sum_value real,
  avg_value real, min_value real, max_value real, sum_duration_ms real, avg_duration_ms real, created_at text default (datetime('now')), updated_at text default (datetime('now')),
  unique(service, metric_type, hour_timestamp));
create table metrics_daily (id integer primary key autoincrement, service text not null, metric_type text not null, date text not null, count integer default 0, sum_value real,
  avg_value real, min_value real, max_value real, sum_duration_ms real, avg_duration_ms real, created_at text default (datetime('now')), updated_at text default (datetime('now')),
  unique(service, metric_type, date));
create table retention_policies (id integer primary key autoincrement, table_name text unique not null, retention_days integer not null, is_active boolean default 1,
  created_at text default (datetime('now')), updated_at text default (datetime('now')));
insert into retention_policies (table_name, retention_days) values ('metrics', 90), ('auth_metrics', 90), ('discovery_metrics', 90), ('tool_metrics', 90), ('metrics_hourly', 365), ('metrics_daily', 1095);
update retention_policies set retention_days = 400, is_active = 0 where table_name = 'metrics';
create table api_key_usage_log (id integer primary key autoincrement, key_hash text not null, service_name text not null, timestamp text default (datetime('now')), endpoint text not null,
  request_count integer default 1, bytes_processed integer default 0, duration_ms real default 0, status_code integer default 200, foreign key (key_hash) references api_keys(key_hash));
create index idx_usage_key_timestamp on api_key_usage_log(key_hash, timestamp);
insert into schema_migrations (version, name) values (1, 'initial_schema'), (2, 'add_aggregation_tables'), (3, 'add_retention_policies'), (4, 'add_api_key_usage_tracking'), (5, 'fix_missing_tables_and_columns');
`

/** The text of the key whose hash the file holds, for the service auth-server. */
export const predecessorKey = `mcp_metrics_${'Ab1-_'.repeat(8)}xyz`

/** A key of nginx for 7 requests a minute, of the form that the predecessor's environment gave keys: any. */
export const limitedKey = 'nginx sends with this'
/** A key of nginx that was disabled. */
export const disabledKey = 'nginx sent with this'

/** Writes a file as the predecessor left it: `rows` tool executions, and the odd things that it let in. */
export function writePredecessorFile(path: string, rows = 5000): void {
  const db = new Database(path, { create: true })
  db.run('pragma journal_mode = wal')
  db.run(schema)
  const hash = new Bun.CryptoHasher('sha256').update(predecessorKey).digest('hex')
  db.run(`insert into api_keys (key_hash, service_name) values (?, 'auth-server')`, [hash])
  const other = (text: string, limit: number, active: number) =>
    db.run(`insert into api_keys (key_hash, service_name, rate_limit, is_active) values (?, 'nginx', ?, ?)`, [
      new Bun.CryptoHasher('sha256').update(text).digest('hex'),
      limit,
      active,
    ])
  other(limitedKey, 7, 1)
  other(disabledKey, 1000, 0)
  const metric = db.prepare(
    'insert into metrics (request_id, service, service_version, instance_id, metric_type, timestamp, value, duration_ms, dimensions, metadata, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const tool = db.prepare(
    'insert into tool_metrics (request_id, timestamp, service, duration_ms, tool_name, success, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  db.transaction(() => {
    for (let n = 0; n < rows; n++) {
      const request = `req_${String(n >> 2).padStart(16, '0')}`
      const stamp = new Date(Date.UTC(2026, 9, 1) + n * 1000).toISOString()
      const timestamp = n % 2 ? stamp.replace('Z', '000+00:00') : stamp.slice(0, 19)
      const created = stamp.slice(0, 19).replace('T', ' ')
      const dimensions = JSON.stringify({ tool_name: `tool_${n % 7}`, success: n % 3 ? true : 'false' })
      metric.run(
        request,
        'nginx',
        '1.0.0',
        'nginx-1',
        'tool_execution',
        timestamp,
        1,
        n / 10,
        dimensions,
        '{}',
        created,
      )
      tool.run(request, timestamp, 'nginx', n / 10, `tool_${n % 7}`, n % 3 ? 1 : 'false', created)
    }
    metric.run(
      'req_odd',
      'x y',
      null,
      '',
      'custom',
      'yesterday',
      2e300,
      null,
      '[1]',
      'no json',
      '2026-10-02 00:00:00',
    )
    db.run(
      `insert into auth_metrics (request_id, timestamp, service, duration_ms, success, method, server, created_at)
       values ('req_alone', '2026-10-03T00:00:00', 'auth-server', 5, 1, 'jwt', 'gateway', '2026-10-03 00:00:00')`,
    )
  })()
  db.run(
    `insert into api_key_usage_log (key_hash, service_name, endpoint) values (?, 'auth-server', '/metrics')`,
    [hash],
  )
  db.run('pragma wal_checkpoint(truncate)')
  db.close()
}
