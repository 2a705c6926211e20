-- Quotas live in a file of their own, limits.db, which makes its own tables.
select 1;
