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

-- The words of an entry with their positions, cut by the server's own tokenizer, with its labels and pairs of neighbouring words (search/tsvector.ts).
-- docid orders by time.
create table holdfast.journal_search (
  owner text not null,
  docid bigint not null,
  words tsvector not null,
  primary key (owner, docid)
);

-- In the index each word stands behind its owner and some 97 days (2^43 docids): so others' entries with the word cost nothing, nor do older ones.
-- The functions in it are those of pg_catalog, whatever the search path; two owners with the same hash only cost time.
create function holdfast.journal_shelf(owner text, days97 bigint) returns text
language sql immutable parallel safe
as $$ select pg_catalog.lpad(pg_catalog.to_hex(pg_catalog.hashtext(owner)), 8, '0') || pg_catalog.lpad(pg_catalog.to_hex(days97), 3, '0') $$;

create function holdfast.journal_shelved(owner text, docid bigint, words tsvector) returns tsvector
language sql immutable parallel safe
as $$
  select pg_catalog.array_to_tsvector(pg_catalog.string_to_array(
    shelf || pg_catalog.array_to_string(pg_catalog.tsvector_to_array(words), ' ' || shelf), ' '))
  from holdfast.journal_shelf(owner, docid >> 43) as shelf
$$;

create index journal_search_words on holdfast.journal_search using gin (holdfast.journal_shelved(owner, docid, words));

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
-- policies trust. It answers document numbers alone. `lexemes` are what each match has (with ! before it: has not), as tsqueries of one word with ~ before it.
-- The settings keep its plans as they are meant, with no thought for statistics that may be missing.
create function holdfast.journal_matches(query tsquery, lexemes text[], low bigint, high bigint, wanted integer)
returns setof bigint
language plpgsql stable security definer rows 200
set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off set max_parallel_workers_per_gather = 0
as $$
declare
  principal constant text := current_setting('app.principal', true);
  entries constant bigint := coalesce((select t.entries from holdfast.journal_totals t where t.owner = principal and t.entry_type = ''), 0);
  sample constant integer := 300;
  upper bigint := (select docid from holdfast.journal_search where owner = principal and docid between low and high order by docid desc limit 1);
  lower bigint;
  -- Docids from one entry to the next.
  gap float8;
  near bigint := sample;
  hits integer;
  share float8;
  asked_share float8;
  -- Of the entries that it reads past: those under each of several lexemes for itself.
  named_share float8 := 0;
  asked text;
  span bigint;
begin
  -- The newest entries are looked at one by one: a small journal whole, of a large one a sample. What is frequent is found there.
  loop
    if entries > 4 * sample then
      lower := (select docid from holdfast.journal_search where owner = principal and docid between low and upper order by docid desc offset near - 1 limit 1);
      gap := coalesce(gap, (upper - lower + 1) / sample::float8);
    end if;
    return query select docid from holdfast.journal_search
      where owner = principal and docid between coalesce(lower, low) and upper and words @@ query order by docid desc limit wanted;
    get diagnostics hits = row_count;
    wanted := wanted - hits;
    if wanted <= 0 or lower is null then
      return;
    end if;
    share := (hits + 0.5) / near;
    -- The sample tells which lexemes to ask the word index for, the rarest first: each further one must spare more entries than it has itself to
    -- read past, 32 of which cost as much. Next to a rare word no other is worth its look; pairs of words (~+) are never rare, whatever the sample has.
    if asked is null and cardinality(lexemes) = 1 and replace(lexemes[1], '~', '')::tsquery = query then
      asked := lexemes[1];
      asked_share := share;
    elsif asked is null and lexemes <> '{}' then
      with sampled as materialized (
        select words from holdfast.journal_search where owner = principal and docid between lower and upper
      ), given as materialized (
        select lexeme, replace(lexeme, '~', '')::tsquery as word, lexeme like '!%' as negated, lexeme like '''~+%' as paired from unnest(lexemes) as lexeme
      ), known as materialized (
        select *, least(1, (select count(*) + 1 from sampled where words @@ word) / near::float8) as kept from given
      ), ranked as (
        select *, case when negated then 1 - kept else kept end as read, row_number() over before = 1 as first,
          coalesce(exp(sum(ln(kept)) over (before rows between unbounded preceding and 1 preceding)), 1) as before,
          min(kept) filter (where not negated and not paired) over () < 4 / near::float8 as rare
        from known window before as (order by negated, kept, paired)
      ), chosen as materialized (
        select string_agg(lexeme, '&') as lexemes, replace(string_agg(lexeme, '&'), '~', '')::tsquery as word, sum(read) as named
        from ranked where first or not rare and before * (1 - kept) * 32 > read
      )
      select chosen.lexemes, (select count(*) + 0.5 from sampled where words @@ chosen.word) / near, named into asked, asked_share, named_share from chosen;
    end if;
    upper := lower - 1;
    -- What the index names lies scattered, so an entry of it costs as much as two in a row, and sixteen that it reads past as much as one; it looks into a
    -- whole shelf.
    exit when wanted / share > sample + (2 * asked_share + named_share / 16) * least(entries, greatest((1::bigint << 43) / gap, wanted / share));
    near := 2 * near + 1.5 * wanted / share;
  end loop;
  -- What is left the word index finds, from the newest shelf on. A look into several shelves tries each entry named there against all of them, so where
  -- many are named it is kept short.
  low := greatest(low, (select docid from holdfast.journal_search where owner = principal order by docid limit 1));
  span := greatest(1, least(16, 1 + 1000 / cardinality(lexemes), least(2000 / (named_share + 1e-9), wanted / share) * gap / (1::bigint << 43)));
  return query select named.docid from generate_series(upper >> 43, low >> 43, -span) as newest
    cross join lateral (
      select string_agg('(' || replace(asked, '~', holdfast.journal_shelf(principal, shelf)) || ')', '|')::tsquery as shelves
      from generate_series(greatest(low >> 43, newest - span + 1), newest) as shelf
    ) as look
    cross join lateral (
      -- The inner query takes the word index because it says nothing that another index knows.
      select docid from (
        select docid, owner, words from holdfast.journal_search
        where holdfast.journal_shelved(owner, docid, words) @@ look.shelves offset 0
      ) as held
      where owner = principal and docid between low and upper and words @@ query order by docid desc
    ) as named
    limit wanted;
end
$$;
revoke all on function holdfast.journal_matches(tsquery, text[], bigint, bigint, integer) from public;
grant execute on function holdfast.journal_matches(tsquery, text[], bigint, bigint, integer) to holdfast_caller, holdfast_system;
grant create on schema holdfast to holdfast_system;
alter function holdfast.journal_matches(tsquery, text[], bigint, bigint, integer) owner to holdfast_system;
revoke create on schema holdfast from holdfast_system;

insert into holdfast.schema_migrations values ('0006', 'journal', 'cd9dda486382453ea9284a8d35f333bd6dc82d7d7ffef40a16aa54f0c16e3a90', now());
