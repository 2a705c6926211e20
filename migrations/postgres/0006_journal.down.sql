drop function if exists holdfast.journal_matches(tsquery, bigint, bigint, integer);
drop table if exists holdfast.storage_records;
drop table if exists holdfast.user_preferences;
drop table if exists holdfast.journal_search;
drop table if exists holdfast.journal_totals;
drop table if exists holdfast.journal_labels;
drop table if exists holdfast.journal_entries;
