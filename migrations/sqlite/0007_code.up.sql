-- Index of git repositories. Contents are kept once per repository and language (code_blobs); a file is a path that shows one of them
-- from one generation to another. A reader asks the repository for its generation and sees nothing of the next one until it is complete.

-- Numbers are given out per owner: number = owner's number * 2^26 + n, so that what an owner has is a range of them.
create table code_owners (
  owner       text primary key not null,
  number      integer not null unique,
  next_number integer not null
) without rowid;

create table repositories (
  id            text primary key not null,
  owner         text not null,
  name          text not null,
  ref           text not null,
  kind          text not null check (kind in ('remote', 'local')),
  location      text not null,
  private       integer not null,
  branch        text,
  "commit"      text,
  dirty         integer not null,
  generation    integer not null,
  files         integer not null,
  skipped       integer not null,
  bytes         integer not null,
  symbols       integer not null,
  "references"  integer not null,
  status        text not null check (status in ('new', 'ready', 'removing')),
  last_error    text,
  remote_commit text,
  pushed_at     integer,
  checked_at    integer,
  indexed_at    integer,
  created_at    integer not null,
  updated_at    integer not null
);
create unique index repositories_name on repositories (owner, name, ref);
create unique index repositories_place on repositories (owner, location, ref);
create index repositories_location on repositories (lower(location));

create table index_jobs (
  id            text primary key not null,
  owner         text not null,
  repository_id text not null,
  reason        text not null check (reason in ('request', 'push', 'poll', 'watch')),
  ref           text not null,
  "commit"      text,
  status        text not null check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  active        text,
  phase         text,
  files_done    integer not null,
  files_total   integer,
  bytes_done    integer not null,
  bytes_total   integer,
  stats         text,
  error_code    text,
  error_message text,
  retry_count   integer not null,
  run_id        text,
  created_at    integer not null,
  started_at    integer,
  completed_at  integer,
  updated_at    integer not null
);
-- `active` is the repository while the job is pending or processing: the same request twice is one job.
create unique index index_jobs_active on index_jobs (active) where active is not null;
create index index_jobs_newest on index_jobs (owner, created_at desc, id desc);
create index index_jobs_repository on index_jobs (repository_id, created_at desc);

create table code_blobs (
  blob          integer primary key not null,
  owner         text not null,
  repository_id text not null,
  hash          text not null,
  language      text not null,
  encoding      text not null check (encoding in ('utf-8', 'utf-16le', 'utf-16be', 'latin-1')),
  bytes         integer not null,
  lines         integer not null,
  minified      integer not null,
  generated     integer not null,
  facts         blob,
  facts_version integer not null,
  symbols       integer not null,
  "references"  integer not null,
  indexed_at    integer not null
);
create index code_blobs_repository on code_blobs (repository_id, blob);

-- Pieces of a content, cut between lines: chunk = blob * 1024 + ordinal; zstd. Beside them what they define, a line each, for ranking.
create table code_chunks (
  chunk       integer primary key not null,
  owner       text not null,
  first_line  integer not null,
  definitions text,
  content     blob not null
);
-- Which trigrams stand in which pieces, block after block: a block is a stretch of a repository's texts, up to some 8,000 pieces; one that is not ready is being written
-- or removed, a stale one knows not all that its pieces define. A row of code_postings holds the lists of all trigrams whose numbers agree in their lowest bits (src/modules/code/search/postings): bucket = block * 65536
-- + those bits.
create table code_blocks (
  block         integer primary key not null,
  first         integer not null,
  last          integer not null,
  owner         text not null,
  repository_id text not null,
  ready         integer not null,
  pieces        integer not null,
  blobs         integer not null,
  buckets       integer not null,
  stale         integer not null,
  layout        blob not null
);
create index code_blocks_owner on code_blocks (owner, first) where ready;
create index code_blocks_repository on code_blocks (repository_id, first);
create table code_postings (
  bucket   integer primary key not null,
  owner    text not null,
  postings blob not null
);

create table indexed_files (
  file          integer primary key not null,
  owner         text not null,
  repository_id text not null,
  path          text not null,
  blob          integer,
  hash          text not null,
  language      text not null,
  bytes         integer not null,
  skipped       text,
  vendored      integer not null,
  generated     integer not null,
  test          integer not null,
  previous_path text,
  first_seen_at integer not null,
  indexed_at    integer not null,
  added_in      integer not null,
  removed_in    integer
);
create index indexed_files_path on indexed_files (repository_id, path, added_in);
create index indexed_files_blob on indexed_files (blob) where blob is not null;
create index indexed_files_added on indexed_files (repository_id, added_in);
create index indexed_files_removed on indexed_files (repository_id, removed_in) where removed_in is not null;
create index indexed_files_recent on indexed_files (owner, indexed_at desc, file desc);

-- What a content defines, packed: whoever asks for one definition asks for all of its content.
create table symbols (
  blob          integer primary key not null,
  owner         text not null,
  repository_id text not null,
  packed        blob not null
);

-- What one file says about another, resolved: imports and re-exports by path.
create table "references" (
  file           integer not null,
  ordinal        integer not null,
  owner          text not null,
  repository_id  text not null,
  kind           text not null,
  specifier      text not null,
  name           text,
  line           integer not null,
  "column"       integer not null,
  target_path    text,
  target_package text,
  added_in       integer not null,
  removed_in     integer,
  primary key (file, ordinal, added_in)
) without rowid;
create index references_target on "references" (repository_id, target_path) where target_path is not null;
create index references_added on "references" (repository_id, added_in);
create index references_removed on "references" (repository_id, removed_in) where removed_in is not null;

-- External packages as manifests and lock files name them.
create table dependencies (
  owner         text not null,
  repository_id text not null,
  manifest_path text not null,
  ecosystem     text not null,
  name          text not null,
  kind          text not null,
  wanted        text,
  version       text,
  line          integer,
  added_in      integer not null,
  removed_in    integer,
  primary key (repository_id, manifest_path, ecosystem, name, kind, added_in)
) without rowid;
create index dependencies_name on dependencies (owner, name);
create index dependencies_removed on dependencies (repository_id, removed_in) where removed_in is not null;

create table projects (
  id          text primary key not null,
  owner       text not null,
  name        text not null,
  name_folded text not null,
  description text,
  created_at  integer not null,
  updated_at  integer not null
);
create unique index projects_name on projects (owner, name_folded);

create table project_repositories (
  owner         text not null,
  project_id    text not null,
  repository_id text not null,
  created_at    integer not null,
  primary key (project_id, repository_id)
) without rowid;
create index project_repositories_repository on project_repositories (repository_id);

-- Deliveries of webhooks that were heeded, so that one that is sent again is not.
create table code_deliveries (
  id          text primary key not null,
  received_at integer not null
) without rowid;
create index code_deliveries_received on code_deliveries (received_at);
