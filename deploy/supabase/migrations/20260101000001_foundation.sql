-- Written by `holdfast migrate export`: change the step in migrations/postgres instead.
set local search_path = holdfast, public;

-- The schema holdfast and its table schema_migrations exist already: the migrator makes them.
-- Roles belong to the whole cluster: another database of it may have made them, or be making them right now.
do $$
declare
  name text;
begin
  foreach name in array array['holdfast_caller', 'holdfast_system'] loop
    if not exists (select from pg_roles where rolname = name) then
      begin
        execute format('create role %I nologin', name);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
    if exists (select from pg_roles where rolname = name and (rolsuper or rolbypassrls or rolcreaterole or rolcanlogin)) then
      raise exception 'the role % exists with rights of its own', name
        using hint = 'It must be nologin, nosuperuser, nobypassrls and nocreaterole.';
    end if;
  end loop;
end
$$;

-- Whoever migrates may become these roles. From Postgres 16 on that right is separate from the role's rights.
do $$
declare
  name text;
begin
  foreach name in array array['holdfast_caller', 'holdfast_system'] loop
    begin
      if current_setting('server_version_num')::int >= 160000 then
        if not pg_has_role(current_user, name, 'SET') then
          execute format('grant %I to current_user with set true, inherit false', name);
        end if;
      elsif not pg_has_role(current_user, name, 'MEMBER') then
        execute format('grant %I to current_user', name);
      end if;
    exception when insufficient_privilege then
      raise exception 'the login % may not become the role %', current_user, name
        using hint = format('Let a superuser run: grant %I to %I', name, current_user);
    end;
  end loop;
end
$$;

grant usage on schema holdfast to holdfast_caller, holdfast_system;

alter table holdfast.schema_migrations enable row level security;
alter table holdfast.schema_migrations force row level security;
-- Grants keep everybody but the owner from writing; the owner itself needs a policy because they are forced.
create policy schema_migrations_owner on holdfast.schema_migrations to public using (true) with check (true);
grant select on holdfast.schema_migrations to holdfast_system;

insert into holdfast.schema_migrations values ('0001', 'foundation', 'fc984b091ad8c676a1ad60b90092719c637201a5b963adff0a5bb57405fcbba1', now());
