-- Trading journal: entries with their labels, totals and search index; preferences; free records.

-- Kept in the order of docid, so what a search found is read without an index between.
create table journal_entries (
  docid       integer primary key not null,
  id          text not null unique,
  owner       text not null,
  entry       text not null,
  entry_type  text not null,
  tags        text not null,
  symbols     text not null,
  metadata    text not null,
  occurred_at integer not null,
  created_at  integer not null,
  updated_at  integer not null,
  client_id   text
);
create unique index journal_entries_client_id on journal_entries (owner, client_id) where client_id is not null;
create index journal_entries_newest on journal_entries (owner, occurred_at desc, id desc);
create index journal_entries_type on journal_entries (owner, entry_type, occurred_at desc, id desc);

-- One row for each tag, symbol and pair of both of an entry, so that filters read an index in list order.
create table journal_labels (
  owner       text not null,
  kind        text not null check (kind in ('tag', 'symbol', 'pair')),
  label       text not null,
  occurred_at integer not null,
  entry_id    text not null,
  entry_type  text not null,
  primary key (owner, kind, label, occurred_at, entry_id)
) without rowid;
create index journal_labels_type on journal_labels (owner, kind, label, entry_type, occurred_at, entry_id);

-- Counted in the writing transaction; entry_type '' is the sum over all types.
create table journal_totals (
  owner      text not null,
  entry_type text not null,
  entries    integer not null,
  bytes      integer not null,
  primary key (owner, entry_type)
) without rowid;

-- Words cut by the server's own tokenizer and joined by blanks; rowid = -journal_entries.docid: newest first. Besides the words there is one token for
-- all of an owner's entries, the type, each label and pairs of frequent words (search/fts5.ts). Every token begins with the owner's key of 15
-- characters, so `prefix` means the 2 and 3 after it; these stand in search/prefixes.ts too.
create virtual table journal_search using fts5 (
  words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '17 18'
);
-- What a longer prefix can stand for: each word of more than three characters that is in it, owner's key and all.
create table journal_words (
  word text primary key not null
) without rowid;
-- The words whose pairs are in it, by the owner's key: a JSON list of hashes (search/frequent-words.ts).
create table journal_frequent_words (
  owner  text primary key not null,
  hashes text not null
) without rowid;

create table user_preferences (
  owner      text not null,
  key        text not null,
  value      text not null,
  category   text,
  created_at integer not null,
  updated_at integer not null,
  primary key (owner, key)
) without rowid;
create index user_preferences_category on user_preferences (owner, category, key);

create table storage_records (
  id          text primary key not null,
  owner       text not null,
  record_type text not null,
  data        text not null,
  metadata    text not null,
  created_at  integer not null,
  updated_at  integer not null
);
create index storage_records_newest on storage_records (owner, created_at desc, id desc);
create index storage_records_type on storage_records (owner, record_type, created_at desc, id desc);
