drop table if exists storage_records;
drop table if exists user_preferences;
drop table if exists journal_frequent_words;
drop table if exists journal_words;
drop table if exists journal_search;
drop table if exists journal_totals;
drop table if exists journal_labels;
drop table if exists journal_entries;
