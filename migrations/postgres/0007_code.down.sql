drop table holdfast.code_deliveries;
drop table holdfast.project_repositories;
drop table holdfast.projects;
drop table holdfast.dependencies;
drop table holdfast."references";
drop table holdfast.symbols;
drop table holdfast.indexed_files;
drop table holdfast.code_chunks;
drop table holdfast.code_blobs;
drop table holdfast.index_jobs;
drop table holdfast.repositories;
drop table holdfast.code_owners;
do $$
begin
  if exists (select from pg_extension where extname = 'pg_trgm' and extnamespace = 'holdfast'::regnamespace) then
    drop extension pg_trgm;
  end if;
end
$$;
