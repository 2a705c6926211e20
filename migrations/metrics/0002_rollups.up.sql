-- What is kept of the metrics of an hour and of a day, for each set of dimensions that queries ask for.

create table rollup_series (
  id integer primary key,
  -- Which dimensions: '' none, a name that one alone, '*' all that are kept.
  level text not null,
  service text not null,
  metric_type text not null,
  -- JSON, in the order of the names; all values are texts.
  dimensions text not null,
  unique (level, service, metric_type, dimensions)
);

-- Values that a dimension has had; once there are too many, new ones are kept as _other.
create table rollup_values (
  metric_type text not null,
  name text not null,
  value text not null,
  primary key (metric_type, name, value)
) without rowid;

create table rollup_hours (
  series integer not null,
  -- Start of the hour, milliseconds since the epoch.
  at integer not null,
  failures integer not null,
  count integer not null,
  value_sum real,
  value_min real,
  value_max real,
  value_sketch blob,
  duration_count integer not null,
  duration_sum real,
  duration_min real,
  duration_max real,
  duration_sketch blob,
  value_p50 real,
  value_p95 real,
  value_p99 real,
  duration_p50 real,
  duration_p95 real,
  duration_p99 real,
  updated_at integer not null,
  primary key (series, at)
) without rowid;

create table rollup_days (
  series integer not null,
  at integer not null,
  failures integer not null,
  count integer not null,
  value_sum real,
  value_min real,
  value_max real,
  value_sketch blob,
  duration_count integer not null,
  duration_sum real,
  duration_min real,
  duration_max real,
  duration_sketch blob,
  value_p50 real,
  value_p95 real,
  value_p99 real,
  duration_p50 real,
  duration_p95 real,
  duration_p99 real,
  updated_at integer not null,
  primary key (series, at)
) without rowid;

create table rollup_rebuild (
  one integer primary key check (one = 1),
  last_id integer not null,
  done integer not null
);

create view metrics_hourly as
select
  s.service,
  s.metric_type,
  strftime('%Y-%m-%d %H:%M:%S', r.at / 1000, 'unixepoch') as hour_timestamp,
  r.count,
  r.value_sum as sum_value,
  r.value_sum / r.count as avg_value,
  r.value_min as min_value,
  r.value_max as max_value,
  r.duration_sum as sum_duration_ms,
  r.duration_sum / r.duration_count as avg_duration_ms,
  r.value_p50 as p50_value,
  r.value_p95 as p95_value,
  r.value_p99 as p99_value,
  r.duration_min as min_duration_ms,
  r.duration_max as max_duration_ms,
  r.duration_p50 as p50_duration_ms,
  r.duration_p95 as p95_duration_ms,
  r.duration_p99 as p99_duration_ms,
  r.failures,
  strftime('%Y-%m-%d %H:%M:%S', r.at / 1000, 'unixepoch') as created_at,
  strftime('%Y-%m-%d %H:%M:%S', r.updated_at / 1000, 'unixepoch') as updated_at
from rollup_hours r
join rollup_series s on s.id = r.series
where s.level = '';

create view metrics_daily as
select
  s.service,
  s.metric_type,
  strftime('%Y-%m-%d', r.at / 1000, 'unixepoch') as date,
  r.count,
  r.value_sum as sum_value,
  r.value_sum / r.count as avg_value,
  r.value_min as min_value,
  r.value_max as max_value,
  r.duration_sum as sum_duration_ms,
  r.duration_sum / r.duration_count as avg_duration_ms,
  r.value_p50 as p50_value,
  r.value_p95 as p95_value,
  r.value_p99 as p99_value,
  r.duration_min as min_duration_ms,
  r.duration_max as max_duration_ms,
  r.duration_p50 as p50_duration_ms,
  r.duration_p95 as p95_duration_ms,
  r.duration_p99 as p99_duration_ms,
  r.failures,
  strftime('%Y-%m-%d %H:%M:%S', r.at / 1000, 'unixepoch') as created_at,
  strftime('%Y-%m-%d %H:%M:%S', r.updated_at / 1000, 'unixepoch') as updated_at
from rollup_days r
join rollup_series s on s.id = r.series
where s.level = '';
