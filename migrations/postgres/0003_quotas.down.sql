drop function holdfast.quota_prune;
drop function holdfast.quota_take;
drop function holdfast.quota_take_one;
drop function holdfast.quota_free_at;
drop table holdfast.quota_log;
drop table holdfast.quota_owners;
