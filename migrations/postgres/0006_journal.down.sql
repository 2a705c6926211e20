drop function if exists holdfast.journal_matches(tsquery, text[], bigint, bigint, integer);
drop table if exists holdfast.storage_records;
drop table if exists holdfast.user_preferences;
drop table if exists holdfast.journal_search;
drop function if exists holdfast.journal_shelved(text, bigint, tsvector);
drop function if exists holdfast.journal_shelf(text, bigint);
drop table if exists holdfast.journal_totals;
drop table if exists holdfast.journal_labels;
drop table if exists holdfast.journal_entries;
