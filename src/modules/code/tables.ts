import { table } from '../../core/table'

/** Numbers of an owner's contents and files: `number * 2^26 + n`; see `pipeline/numbers.ts`. */
export const codeOwners = table('code_owners', 'owner', (c) => ({
  owner: c.text().notNull(),
  number: c.int().notNull(),
  next_number: c.int().notNull(),
}))

/**
 * One index of a repository at one ref. `ref` is what was asked for, '' for the remote's HEAD; `branch` and `commit` are what
 * `generation` shows. Generation 0 shows nothing.
 */
export const repositories = table('repositories', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  /** `owner/repo` as people say it, or a local folder's name. */
  name: c.text().notNull(),
  ref: c.text().notNull(),
  kind: c.text().notNull().$type<'remote' | 'local'>(),
  /** The URL without credentials, or the folder. */
  location: c.text().notNull(),
  /** The server's own credentials may be used for it. */
  private: c.bool().notNull(),
  branch: c.text(),
  commit: c.text(),
  /** Uncommitted changes of a local folder are included. */
  dirty: c.bool().notNull(),
  generation: c.int().notNull(),
  files: c.int().notNull(),
  skipped: c.int().notNull(),
  bytes: c.int().notNull(),
  symbols: c.int().notNull(),
  references: c.int().notNull(),
  status: c.text().notNull().$type<'new' | 'ready' | 'removing'>(),
  /** Why the latest attempt failed; null after one that did not. */
  last_error: c.text(),
  /** The remote's commit as far as a push or a look told; another than `commit` means stale. */
  remote_commit: c.text(),
  pushed_at: c.time(),
  checked_at: c.time(),
  indexed_at: c.time(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
}))

export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'
export type Phase = 'fetching' | 'reading' | 'parsing' | 'resolving' | 'switching' | 'cleaning'

/** What an ended job did. */
export interface IndexStats {
  files_indexed: number
  files_skipped: number
  /** New or with another text; skipped ones are not counted. */
  files_changed: number
  files_removed: number
  contents_parsed: number
  symbols_extracted: number
  references_extracted: number
  dependencies_extracted: number
  bytes: number
  seconds: number
}

/** A request to index, and how far it is. */
export const indexJobs = table('index_jobs', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  reason: c.text().notNull().$type<'request' | 'push' | 'poll' | 'watch'>(),
  ref: c.text().notNull(),
  commit: c.text(),
  status: c.text().notNull().$type<JobStatus>(),
  /** The repository while the job is pending or processing. */
  active: c.text(),
  phase: c.text().$type<Phase>(),
  files_done: c.int().notNull(),
  files_total: c.int(),
  bytes_done: c.int().notNull(),
  bytes_total: c.int(),
  stats: c.json<IndexStats>(),
  error_code: c.text(),
  error_message: c.text(),
  retry_count: c.small().notNull(),
  /** The background job that does it, once that has begun. */
  run_id: c.text(),
  created_at: c.time().notNull(),
  started_at: c.time(),
  completed_at: c.time(),
  updated_at: c.time().notNull(),
}))

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1'

/** A text, once per repository and language. It is written with its pieces and symbols in one transaction, so one that is there is whole. */
export const codeBlobs = table('code_blobs', 'owner', (c) => ({
  blob: c.int().notNull(),
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  /** Git's hash of the bytes. */
  hash: c.text().notNull(),
  language: c.text().notNull(),
  encoding: c.text().notNull().$type<Encoding>(),
  /** Of the file as it lies in the repository. */
  bytes: c.int().notNull(),
  lines: c.small().notNull(),
  minified: c.bool().notNull(),
  generated: c.bool().notNull(),
  /** What parsing found but for the symbols, packed (`parsing/pack.ts`); null for nothing. */
  facts: c.bytes(),
  /** The parser's version; an older one is parsed again from the stored text. */
  facts_version: c.small().notNull(),
  /** How many of each parsing found. */
  symbols: c.small().notNull(),
  references: c.small().notNull(),
  indexed_at: c.time().notNull(),
}))

/** Pieces of a text, cut between lines: chunk = blob * 1024 + ordinal. */
export const codeChunks = table('code_chunks', 'owner', (c) => ({
  chunk: c.int().notNull(),
  owner: c.text().notNull(),
  /** Line number (from 1) of the piece's first line. */
  first_line: c.small().notNull(),
  /** What it defines, a line each: `line:column:name`. */
  definitions: c.text(),
  /** UTF-8 under zstd. */
  content: c.bytes().notNull(),
}))

/** A stretch of a repository's texts with lists of their trigrams. Texts that were removed since stay in the lists until the block is written again. */
export const codeBlocks = table('code_blocks', 'owner', (c) => ({
  block: c.int().notNull(),
  /** Its first and last text: no other block that is ready begins with that one. */
  first: c.int().notNull(),
  last: c.int().notNull(),
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  /** False while it is written or removed: readers see nothing of it. */
  ready: c.bool().notNull(),
  /** Pieces and texts when it was written. */
  pieces: c.small().notNull(),
  blobs: c.small().notNull(),
  /** How many rows its lists are spread over. */
  buckets: c.small().notNull(),
  /** True once a newer parser has found other definitions in its texts: it is written again. */
  stale: c.bool().notNull(),
  /** Which texts there are, each with how many pieces. */
  layout: c.bytes().notNull(),
}))

/** Lists of a block's trigrams, and of the names that its pieces define: bucket = block * 65536 + what the numbers of these trigrams agree in. */
export const codePostings = table('code_postings', 'owner', (c) => ({
  bucket: c.int().notNull(),
  owner: c.text().notNull(),
  postings: c.bytes().notNull(),
}))

/** A path that shows a text, or was skipped, from generation `added_in` until before `removed_in`. */
export const indexedFiles = table('indexed_files', 'owner', (c) => ({
  file: c.int().notNull(),
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  path: c.text().notNull(),
  /** Null for a skipped file. */
  blob: c.int(),
  hash: c.text().notNull(),
  language: c.text().notNull(),
  bytes: c.int().notNull(),
  /** Why it is not searchable: `binary`, `too_large`, `symlink`, `submodule`, `unsafe_path`, `too_many_files`. */
  skipped: c.text(),
  vendored: c.bool().notNull(),
  /** Generated or minified: ranks last. */
  generated: c.bool().notNull(),
  test: c.bool().notNull(),
  /** The path before a rename. */
  previous_path: c.text(),
  /** When this file, under whatever path, was first indexed. */
  first_seen_at: c.time().notNull(),
  /** When this text at this path was indexed. */
  indexed_at: c.time().notNull(),
  added_in: c.int().notNull(),
  removed_in: c.int(),
}))

/** What a text defines: `SymbolFact`s, packed (`parsing/pack.ts`), because whoever asks for one asks for all of its text. */
export const symbols = table('symbols', 'owner', (c) => ({
  blob: c.int().notNull(),
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  packed: c.bytes().notNull(),
}))

/** Imports and re-exports of a file with where they lead: a path of the repository, a package, or neither when unresolved. */
export const references = table('references', 'owner', (c) => ({
  file: c.int().notNull(),
  ordinal: c.small().notNull(),
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  kind: c.text().notNull(),
  specifier: c.text().notNull(),
  /** The imported name; null for the module as a whole. */
  name: c.text(),
  line: c.small().notNull(),
  column: c.small().notNull(),
  target_path: c.text(),
  target_package: c.text(),
  added_in: c.int().notNull(),
  removed_in: c.int(),
}))

/** External packages as manifests (`wanted`) and lock files (`version`) name them. */
export const dependencies = table('dependencies', 'owner', (c) => ({
  owner: c.text().notNull(),
  repository_id: c.text().notNull(),
  manifest_path: c.text().notNull(),
  ecosystem: c.text().notNull(),
  name: c.text().notNull(),
  kind: c.text().notNull(),
  wanted: c.text(),
  version: c.text(),
  line: c.small(),
  added_in: c.int().notNull(),
  removed_in: c.int(),
}))

/** Groups of repositories. */
export const projects = table('projects', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  name: c.text().notNull(),
  /** Names are found and kept apart without regard to letter case. */
  name_folded: c.text().notNull(),
  description: c.text(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
}))

export const projectRepositories = table('project_repositories', 'owner', (c) => ({
  owner: c.text().notNull(),
  project_id: c.text().notNull(),
  repository_id: c.text().notNull(),
  created_at: c.time().notNull(),
}))

/** Deliveries of webhooks that were heeded. */
export const codeDeliveries = table('code_deliveries', null, (c) => ({
  id: c.id(),
  received_at: c.time().notNull(),
}))
