-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- Trading journal: entries with their labels, totals and search index; preferences; free records.

create table holdfast.journal_entries (
  id          text primary key,
  owner       text not null,
  entry       text not null,
  entry_type  text not null,
  tags        jsonb not null,
  symbols     jsonb not null,
  metadata    jsonb not null,
  occurred_at timestamptz(3) not null,
  created_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null,
  client_id   text,
  docid       bigint not null
);
create unique index journal_entries_client_id on holdfast.journal_entries (owner, client_id) where client_id is not null;
create unique index journal_entries_docid on holdfast.journal_entries (owner, docid);
create index journal_entries_newest on holdfast.journal_entries (owner, occurred_at desc, id desc);
create index journal_entries_type on holdfast.journal_entries (owner, entry_type, occurred_at desc, id desc);

-- One row for each tag, symbol and pair of both of an entry, so that filters read an index in list order.
create table holdfast.journal_labels (
  owner       text not null,
  kind        text not null check (kind in ('tag', 'symbol', 'pair')),
  label       text not null,
  occurred_at timestamptz(3) not null,
  entry_id    text not null,
  entry_type  text not null,
  primary key (owner, kind, label, occurred_at, entry_id)
);
create index journal_labels_type on holdfast.journal_labels (owner, kind, label, entry_type, occurred_at, entry_id);

-- Counted in the writing transaction; entry_type '' is the sum over all types and the owner's write lock.
create table holdfast.journal_totals (
  owner      text not null,
  entry_type text not null,
  entries    bigint not null,
  bytes      bigint not null,
  primary key (owner, entry_type)
);

-- The words of an entry with their positions, cut by the server's own tokenizer. docid orders by time.
create table holdfast.journal_search (
  owner text not null,
  docid bigint not null,
  words tsvector not null,
  primary key (owner, docid)
);
create index journal_search_words on holdfast.journal_search using gin (words) with (gin_pending_list_limit = 512);

create table holdfast.user_preferences (
  owner      text not null,
  key        text not null,
  value      jsonb not null,
  category   text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (owner, key)
);
create index user_preferences_category on holdfast.user_preferences (owner, category, key);

create table holdfast.storage_records (
  id          text primary key,
  owner       text not null,
  record_type text not null,
  data        jsonb not null,
  metadata    jsonb not null,
  created_at  timestamptz(3) not null,
  updated_at  timestamptz(3) not null
);
create index storage_records_newest on holdfast.storage_records (owner, created_at desc, id desc);
create index storage_records_type on holdfast.storage_records (owner, record_type, created_at desc, id desc);

do $$
declare
  name text;
begin
  foreach name in array array['journal_entries', 'journal_labels', 'journal_totals', 'journal_search', 'user_preferences', 'storage_records']
  loop
    execute format('alter table holdfast.%I enable row level security', name);
    execute format('alter table holdfast.%I force row level security', name);
    execute format('create policy %I on holdfast.%I to holdfast_caller using (owner = (select current_setting(''app.principal'', true))) with check (owner = (select current_setting(''app.principal'', true)))', name || '_caller', name);
    execute format('create policy %I on holdfast.%I to holdfast_system using (true) with check (true)', name || '_system', name);
    execute format('grant select, insert, update, delete on holdfast.%I to holdfast_caller, holdfast_system', name);
  end loop;
end
$$;

-- Under row-level security a full-text condition cannot use its index: the planner must test the policy first, because @@ is not
-- leakproof. This function reads as holdfast_system and binds the owner itself, to the same transaction-local principal that the
-- policies trust. It answers document numbers alone.
create function holdfast.journal_matches(query tsquery, low bigint, high bigint, wanted integer)
returns setof bigint
language plpgsql stable security definer rows 200
set search_path = pg_catalog, pg_temp
as $$
declare
  principal constant text := current_setting('app.principal', true);
  entries constant bigint := (select t.entries from holdfast.journal_totals t where t.owner = principal and t.entry_type = '');
  near integer := 10000;
  seen integer := 0;
  hits integer;
  walked integer;
begin
  -- What is not rare is found soonest by walking the owner's newest entries, and a small journal is read whole that way. The walk goes on
  -- while it finds enough to end before long.
  loop
    return query execute
      'select docid from (select docid, words from holdfast.journal_search where owner = $1 and docid between $3 and $4 order by docid desc limit $6) newest where words @@ $2 order by docid desc limit $5 offset $7'
      using principal, query, low, high, wanted - seen, near, seen;
    get diagnostics hits = row_count;
    seen := seen + hits;
    if seen >= wanted or entries <= near then
      return;
    end if;
    exit when seen * 8 < wanted or near > 1000000;
    select count(*) into walked
      from (select from holdfast.journal_search where owner = principal and docid between low and high limit near) rows;
    if walked < near then
      return;
    end if;
    near := near * 8;
  end loop;
  -- What is rare, the word index knows.
  return query execute
    'select docid from holdfast.journal_search where owner = $1 and words @@ $2 and docid between $3 and $4 order by docid desc limit $5 offset $6'
    using principal, query, low, high, wanted - seen, seen;
end
$$;
revoke all on function holdfast.journal_matches(tsquery, bigint, bigint, integer) from public;
grant execute on function holdfast.journal_matches(tsquery, bigint, bigint, integer) to holdfast_caller, holdfast_system;
grant create on schema holdfast to holdfast_system;
alter function holdfast.journal_matches(tsquery, bigint, bigint, integer) owner to holdfast_system;
revoke create on schema holdfast from holdfast_system;

insert into holdfast.schema_migrations values ('0006', 'journal', 'ce1b4400479f2f10c79a24882f7cea4af0b39afdcf847efd8f8b5e6da7794f32', now());
