-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- Quotas: for each owner the running total of counted calls, and a log of that total. docs/quotas.md explains it.
-- Times are milliseconds since the epoch.

create table holdfast.quota_owners (
  owner text primary key,
  total bigint not null,
  last_at bigint not null
);

-- One row for each second in which the owner made calls: when the last of them was made, and the total after it.
create table holdfast.quota_log (
  owner text not null,
  second bigint not null,
  at bigint not null,
  total bigint not null,
  primary key (owner, second)
) with (fillfactor = 90);

alter table holdfast.quota_owners enable row level security;
alter table holdfast.quota_owners force row level security;
alter table holdfast.quota_log enable row level security;
alter table holdfast.quota_log force row level security;

create policy quota_owners_caller on holdfast.quota_owners for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
create policy quota_owners_system on holdfast.quota_owners to holdfast_system using (true) with check (true);
create policy quota_log_caller on holdfast.quota_log for select to holdfast_caller
  using (owner = (select current_setting('app.principal', true)));
create policy quota_log_system on holdfast.quota_log to holdfast_system using (true) with check (true);

grant select on holdfast.quota_owners, holdfast.quota_log to holdfast_caller;
grant select, insert, update, delete on holdfast.quota_owners, holdfast.quota_log to holdfast_system;

-- When a window has room: bisects its seconds for the row that brings the total to `needed`.
create function holdfast.quota_free_at(p_owner text, p_needed bigint, p_from bigint, p_to bigint) returns bigint
language plpgsql stable as $$
declare
  v_low bigint := p_from;
  v_high bigint := p_to;
  v_middle bigint;
  v_row holdfast.quota_log;
  v_found bigint;
begin
  while v_low <= v_high loop
    v_middle := v_low + (v_high - v_low) / 2;
    select * into v_row from holdfast.quota_log where owner = p_owner and second <= v_middle order by second desc limit 1;
    if found and v_row.total >= p_needed then
      v_found := v_row.at;
      v_high := v_row.second - 1;
    else
      v_low := v_middle + 1;
    end if;
  end loop;
  return v_found;
end
$$;

-- Decides one ask {owner, cost, spans: [[seconds, limit], …]} and counts it when every window has room for it.
create function holdfast.quota_take_one(p_ask jsonb, p_clock bigint) returns jsonb
language plpgsql as $$
declare
  v_owner text := p_ask ->> 'owner';
  v_cost bigint := (p_ask ->> 'cost')::bigint;
  v_total bigint;
  v_last bigint;
  v_now bigint;
  v_at bigint;
  v_span bigint;
  v_limit bigint;
  v_left holdfast.quota_log;
  v_oldest holdfast.quota_log;
  v_free bigint;
  v_free_at bigint := 0;
  v_blocking int := -1;
  v_spans bigint[] := '{}';
  v_used bigint[] := '{}';
  v_oldests bigint[] := '{}';
begin
  if v_cost = 0 then
    select total, last_at into v_total, v_last from holdfast.quota_owners where owner = v_owner;
  else
    loop
      select total, last_at into v_total, v_last from holdfast.quota_owners where owner = v_owner for update;
      exit when found;
      insert into holdfast.quota_owners values (v_owner, 0, -1) on conflict do nothing;
    end loop;
  end if;
  v_total := coalesce(v_total, 0);
  v_last := coalesce(v_last, -1);
  -- Read only now: whoever had to wait for the row comes after the one that held it.
  v_now := coalesce(p_clock, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
  v_at := greatest(v_now, v_last);

  for v_span, v_limit in
    select (value ->> 0)::bigint * 1000, (value ->> 1)::bigint from jsonb_array_elements(p_ask -> 'spans') with ordinality
    order by ordinality
  loop
    select * into v_left from holdfast.quota_log
      where owner = v_owner and second <= (v_at - v_span) / 1000 and at <= v_at - v_span order by second desc limit 1;
    select * into v_oldest from holdfast.quota_log
      where owner = v_owner and second > coalesce(v_left.second, -1) order by second limit 1;
    v_spans := v_spans || v_span;
    v_used := v_used || v_total - coalesce(v_left.total, 0);
    v_oldests := v_oldests || v_oldest.at;
    if v_total - coalesce(v_left.total, 0) + v_cost > v_limit then
      v_free := v_span + case
        when v_oldest.total >= v_total + v_cost - v_limit then v_oldest.at
        else holdfast.quota_free_at(v_owner, v_total + v_cost - v_limit, v_oldest.second, v_last / 1000)
      end;
      if v_free > v_free_at then
        v_free_at := v_free;
        v_blocking := cardinality(v_used) - 1;
      end if;
    end if;
  end loop;

  if v_blocking < 0 and v_cost > 0 then
    insert into holdfast.quota_log as log values (v_owner, v_at / 1000, v_at, v_total + v_cost)
      on conflict (owner, second) do update set at = excluded.at, total = excluded.total;
    update holdfast.quota_owners set total = v_total + v_cost, last_at = v_at where owner = v_owner;
    for i in 1 .. cardinality(v_used) loop
      v_used[i] := v_used[i] + v_cost;
      if v_oldests[i] is null or v_oldests[i] / 1000 = v_at / 1000 then
        v_oldests[i] := v_at;
      end if;
    end loop;
  end if;

  return jsonb_build_object(
    'admitted', v_blocking < 0, 'at', v_now, 'freeAt', v_free_at, 'blocking', v_blocking, 'used', v_used,
    'leaves', (select jsonb_agg(coalesce(v_oldests[i] + v_spans[i], v_now) order by i) from generate_subscripts(v_spans, 1) i)
  );
end
$$;

-- Decides a list of asks in one transaction; the answers come in the same order. Owners are locked in the order of their
-- bytes, so that two lists never wait for each other. Without p_clock the server's clock counts.
create function holdfast.quota_take(p_asks jsonb, p_clock bigint default null) returns jsonb
language plpgsql as $$
declare
  v_ask record;
  v_answers jsonb[] := array_fill(null::jsonb, array[jsonb_array_length(p_asks)]);
begin
  -- The count of a call that was answered outlives the death of the process that answered it. Only a crash of the database
  -- server itself may take the last moments, and no call waits for the disk.
  perform set_config('synchronous_commit', 'off', true);
  for v_ask in
    select value, ordinality from jsonb_array_elements(p_asks) with ordinality
    order by value ->> 'owner' collate "C", ordinality
  loop
    v_answers[v_ask.ordinality] := holdfast.quota_take_one(v_ask.value, p_clock);
  end loop;
  return to_jsonb(v_answers);
end
$$;

-- Prunes up to p_many owners after p_after: removes what has left the month, but for the newest such row of an owner with later
-- calls (its total is where the month begins), and thins rows older than a day to one a minute. Answers the last owner looked
-- at (null at the end) and the rows removed.
create function holdfast.quota_prune(p_after text, p_many int, p_clock bigint default null, out last_owner text, out removed bigint)
language plpgsql as $$
declare
  v_now bigint := coalesce(p_clock, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
  v_month bigint := v_now - 2592000000;
  v_day bigint := v_now / 1000 - 86400;
  v_owner holdfast.quota_owners;
  v_start bigint;
  v_count bigint;
begin
  removed := 0;
  for v_owner in
    select * from holdfast.quota_owners where owner > p_after order by owner limit p_many for update skip locked
  loop
    last_owner := v_owner.owner;
    if v_owner.last_at <= v_month then
      delete from holdfast.quota_log where owner = v_owner.owner;
      get diagnostics v_count = row_count;
      delete from holdfast.quota_owners where owner = v_owner.owner;
    else
      select second into v_start from holdfast.quota_log
        where owner = v_owner.owner and second <= v_month / 1000 and at <= v_month order by second desc limit 1;
      delete from holdfast.quota_log log where log.owner = v_owner.owner and (
        log.second < v_start
        or log.second > coalesce(v_start, -1) and log.second < v_day and exists (
          select from holdfast.quota_log later where later.owner = log.owner and later.second > log.second
            and later.second < v_day and later.second / 60 = log.second / 60));
      get diagnostics v_count = row_count;
    end if;
    removed := removed + v_count;
  end loop;
end
$$;

revoke all on function holdfast.quota_free_at, holdfast.quota_take_one, holdfast.quota_take, holdfast.quota_prune from public;
grant execute on function holdfast.quota_free_at, holdfast.quota_take_one, holdfast.quota_take, holdfast.quota_prune
  to holdfast_system;

insert into holdfast.schema_migrations values ('0003', 'quotas', 'ccd9be9779137faf3ff69beb6237783945239f25edc883e683f4775eea25bb9e', now());
