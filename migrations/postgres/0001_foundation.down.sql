revoke all on holdfast.schema_migrations from holdfast_system;
drop policy schema_migrations_owner on holdfast.schema_migrations;
alter table holdfast.schema_migrations no force row level security;
alter table holdfast.schema_migrations disable row level security;
revoke all on schema holdfast from holdfast_caller, holdfast_system;

-- The roles stay while another database of the cluster uses them, or when they are somebody else's.
do $$
declare
  name text;
begin
  foreach name in array array['holdfast_caller', 'holdfast_system'] loop
    begin
      execute format('drop role %I', name);
    exception when dependent_objects_still_exist or insufficient_privilege or undefined_object or object_in_use or internal_error then
      null;
    end;
  end loop;
end
$$;
