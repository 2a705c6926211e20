import { type Static, Type } from '@sinclair/typebox'
import { presentCommit } from '../freshness/present-commit'
import type { repositories } from '../tables'

/** A repository's row. */
export type RepositoryRow = ReturnType<typeof repositories.on>['$inferSelect']

/** How an operation names a repository. */
export const repositoryName = Type.String({
  minLength: 1,
  maxLength: 400,
  description: 'Name (owner/repo, or owner/repo@ref for an index of another ref) or id',
})

/** Of which commit an answer speaks. */
export const indexStateView = Type.Object(
  {
    repository: Type.String(),
    branch: Type.Union([Type.String(), Type.Null()]),
    commit: Type.Union([Type.String(), Type.Null()]),
    dirty: Type.Boolean({ description: 'Uncommitted changes of a local folder are included' }),
    indexed_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    stale: Type.Boolean(),
    stale_reason: Type.Union([Type.String(), Type.Null()]),
  },
  { additionalProperties: false },
)
export type IndexState = Static<typeof indexStateView>

/** A repository as lists show it. */
export const repositoryView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    ref: Type.Union([Type.String(), Type.Null()], {
      description: 'What was asked for; null is the remote’s HEAD',
    }),
    kind: Type.Union([Type.Literal('remote'), Type.Literal('local')]),
    url: Type.String({ description: 'URL, or the folder of a local repository' }),
    status: Type.Union(
      ['empty', 'failed', 'ready', 'removing'].map((status) => Type.Literal(status)),
      { description: 'empty: its first index has not ended; failed: it could not be indexed even once' },
    ),
    branch: Type.Union([Type.String(), Type.Null()]),
    commit: Type.Union([Type.String(), Type.Null()]),
    dirty: Type.Boolean(),
    stale: Type.Boolean(),
    stale_reason: Type.Union([Type.String(), Type.Null()]),
    files: Type.Integer(),
    skipped_files: Type.Integer(),
    bytes: Type.Integer(),
    symbols: Type.Integer(),
    references: Type.Integer(),
    indexed_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    last_error: Type.Union([Type.String(), Type.Null()]),
    created_at: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)
export type RepositoryView = Static<typeof repositoryView>

/** `name`, or `name@ref` for an index of another ref than HEAD. */
export const fullName = ({ name, ref }: Pick<RepositoryRow, 'name' | 'ref'>): string =>
  ref ? `${name}@${ref}` : name

/** The state of an index at this moment: what it shows, and why it may be behind. */
export function indexState(row: RepositoryRow): IndexState {
  const stale_reason = staleReason(row)
  return {
    repository: fullName(row),
    branch: row.branch,
    commit: row.commit,
    dirty: row.dirty,
    indexed_at: row.indexed_at?.toISOString() ?? null,
    stale: stale_reason !== null,
    stale_reason,
  }
}

function staleReason(row: RepositoryRow): string | null {
  const { generation, commit, last_error, kind } = row
  if (generation === 0)
    return last_error === null ? 'it has not been indexed yet' : `it could not be indexed: ${last_error}`
  const latest = (kind === 'local' && presentCommit(row)) || row.remote_commit
  if (latest !== null && latest !== commit)
    return `the ${kind === 'local' ? 'folder' : 'remote'} is at ${latest.slice(0, 12)}`
  return last_error === null ? null : 'the latest attempt to index it failed'
}

export function viewRepository(row: RepositoryRow): RepositoryView {
  const { stale, stale_reason } = indexState(row)
  return {
    id: row.id,
    name: row.name,
    ref: row.ref || null,
    kind: row.kind,
    url: row.location,
    status: statusOf(row),
    branch: row.branch,
    commit: row.commit,
    dirty: row.dirty,
    stale,
    stale_reason,
    files: row.files,
    skipped_files: row.skipped,
    bytes: row.bytes,
    symbols: row.symbols,
    references: row.references,
    indexed_at: row.indexed_at?.toISOString() ?? null,
    last_error: row.last_error,
    created_at: row.created_at.toISOString(),
  }
}

function statusOf(row: RepositoryRow): 'empty' | 'failed' | 'ready' | 'removing' {
  if (row.status === 'removing') return 'removing'
  if (row.generation > 0) return 'ready'
  return hasFailed(row) ? 'failed' : 'empty'
}

/** True when nothing of it was ever indexed and the latest attempt failed. */
export const hasFailed = ({ generation, last_error }: RepositoryRow): boolean =>
  generation === 0 && last_error !== null
