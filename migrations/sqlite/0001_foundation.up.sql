-- SQLite needs no schema and no roles; the migrator keeps schema_migrations itself.
select 1;
