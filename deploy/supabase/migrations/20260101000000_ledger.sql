-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
create schema if not exists holdfast;
set local search_path = holdfast, public;
create table if not exists holdfast.schema_migrations (
  id text primary key, name text not null, checksum text not null, applied_at timestamptz(3) not null
);
