-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- One hash chain an owner. Entries are appended and nothing else; audit_heads remembers where each chain ends, so that a
-- cut tail is seen, and is written by the trigger alone.

create table if not exists holdfast.audit_heads (
  owner text primary key,
  seq bigint not null check (seq > 0),
  hash text not null check (length(hash) = 64)
);

create table if not exists holdfast.audit_log (
  id text not null,
  owner text not null,
  seq bigint not null check (seq > 0),
  actor text not null,
  operation text not null,
  subject text not null,
  request_id text not null,
  at timestamptz(3) not null,
  prev_hash text not null check (length(prev_hash) = 64),
  hash text not null check (length(hash) = 64),
  primary key (owner, seq),
  check (seq > 1 or prev_hash = repeat('0', 64))
);

-- Where a chain ends. Waits for the transactions that are appending to it; a volatile function sees what they committed,
-- where a plain statement would still see what stood there before the wait.
create or replace function holdfast.audit_tail(chain text) returns table (seq bigint, hash text)
language plpgsql volatile as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('holdfast.audit:' || chain, 0));
  return query select h.seq, h.hash from holdfast.audit_heads h where h.owner = chain;
end
$$;

-- Runs with the rights of the schema's owner, so that no role of the server can move a head by itself.
create or replace function holdfast.audit_link() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.seq = 1 then
    insert into holdfast.audit_heads (owner, seq, hash) values (new.owner, 1, new.hash);
  else
    update holdfast.audit_heads set seq = new.seq, hash = new.hash
      where owner = new.owner and seq = new.seq - 1 and hash = new.prev_hash;
    if not found then
      raise exception 'the audit entry does not continue its chain' using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  return null;
end
$$;

create or replace function holdfast.audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end
$$;

create or replace function holdfast.audit_head_moves() returns trigger language plpgsql as $$
begin
  if new.owner <> old.owner or new.seq <> old.seq + 1 then
    raise exception 'an audit head only follows its chain' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

create or replace trigger audit_log_append_only before update or delete or truncate on holdfast.audit_log
  for each statement execute function holdfast.audit_refuse();
create or replace trigger audit_log_link after insert on holdfast.audit_log
  for each row execute function holdfast.audit_link();
create or replace trigger audit_heads_append_only before delete or truncate on holdfast.audit_heads
  for each statement execute function holdfast.audit_refuse();
create or replace trigger audit_heads_forward before update on holdfast.audit_heads
  for each row execute function holdfast.audit_head_moves();

revoke all on function holdfast.audit_tail(text), holdfast.audit_link(), holdfast.audit_refuse(),
  holdfast.audit_head_moves() from public;
grant execute on function holdfast.audit_tail(text) to holdfast_caller, holdfast_system;
grant select on holdfast.audit_heads to holdfast_caller, holdfast_system;
grant select, insert on holdfast.audit_log to holdfast_caller, holdfast_system;

alter table holdfast.audit_log enable row level security;
alter table holdfast.audit_log force row level security;
drop policy if exists own_rows on holdfast.audit_log;
create policy own_rows on holdfast.audit_log for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
drop policy if exists own_entries on holdfast.audit_log;
create policy own_entries on holdfast.audit_log for insert to holdfast_caller
  with check (owner = (select current_setting('app.principal', true)));
drop policy if exists all_rows on holdfast.audit_log;
create policy all_rows on holdfast.audit_log to holdfast_system using (true) with check (true);

alter table holdfast.audit_heads enable row level security;
alter table holdfast.audit_heads force row level security;
drop policy if exists own_rows on holdfast.audit_heads;
create policy own_rows on holdfast.audit_heads for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
drop policy if exists all_rows on holdfast.audit_heads;
create policy all_rows on holdfast.audit_heads to holdfast_system using (true) with check (true);
-- audit_link() runs as the table's owner, who is under forced row security too unless a superuser.
drop policy if exists linking on holdfast.audit_heads;
create policy linking on holdfast.audit_heads
  using (current_user = (select pg_catalog.pg_get_userbyid(c.relowner) from pg_catalog.pg_class c
                         where c.oid = 'holdfast.audit_heads'::regclass));

insert into holdfast.schema_migrations values ('0004', 'audit', '297502ec0c9b3ca2efbcb2492221a9e6a98b184c9d3eb7655a89a2e28dd8f90e', now());
