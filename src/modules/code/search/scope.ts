import { sql } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { findRepositories, type RepositoryChoice } from '../repositories/find-repository'
import {
  fullName,
  hasFailed,
  type IndexState,
  indexState,
  type RepositoryRow,
} from '../repositories/repository'
import { chunksPerBlob } from './chunks'
import type { ChunkRange } from './engine/engine'
import type { Place } from './engine/shown-files'
import { blobsPerOwner } from './index-text'

/** Where a question is put: the caller's repositories that show something. */
export interface SearchScope {
  owner: string
  places: Map<string, Place>
  /** Every piece that can belong to them; null when there is none. */
  range: ChunkRange | null
  /** Of which commits the answer speaks; at most 20. */
  indexes: IndexState[]
  /** Repositories that were meant but show nothing yet. */
  waiting: number
  /** Those that could not be indexed even once, each with the reason. */
  failed: { name: string; reason: string }[]
  /** True when a project was named that has no repositories. */
  emptyProject: boolean
}

const mostIndexes = 20

/** Finds the caller's repositories; a name that fits none is `not_found` and never means all. */
export async function openScope(db: Reader, owner: string, choice: RepositoryChoice): Promise<SearchScope> {
  const rows = await findRepositories(db, owner, choice)
  const ready = rows.filter(({ generation }) => generation > 0)
  const failed = rows.filter(hasFailed)
  const narrowed = choice.repository !== undefined || choice.project !== undefined
  return {
    owner,
    places: new Map(ready.map((row) => [row.id, placeOf(row)])),
    range: ready.length === 0 ? null : await rangeOf(db, owner, narrowed ? ready : null),
    indexes: ready.slice(0, mostIndexes).map(indexState),
    waiting: rows.length - ready.length - failed.length,
    failed: failed.map((row) => ({ name: fullName(row), reason: row.last_error! })),
    emptyProject: rows.length === 0 && choice.project !== undefined,
  }
}

const placeOf = (row: RepositoryRow): Place => ({
  id: row.id,
  name: fullName(row),
  ref: row.ref,
  branch: row.branch,
  generation: row.generation,
})

async function rangeOf(
  db: Reader,
  owner: string,
  chosen: RepositoryRow[] | null,
): Promise<ChunkRange | null> {
  const blobs = chosen ? await blobsOf(db, owner, chosen) : await allBlobs(db, owner)
  return blobs && { low: blobs.low * chunksPerBlob, high: blobs.high * chunksPerBlob + chunksPerBlob - 1 }
}

async function allBlobs(db: Reader, owner: string): Promise<ChunkRange | null> {
  const [row] = await db.rows<{ number: number }>(
    db.dialect === 'postgres'
      ? sql`select number::float8 as number from holdfast.code_owners where owner = ${owner}`
      : sql`select number from code_owners where owner = ${owner}`,
  )
  return row
    ? { low: row.number * blobsPerOwner, high: row.number * blobsPerOwner + blobsPerOwner - 1 }
    : null
}

async function blobsOf(db: Reader, owner: string, chosen: RepositoryRow[]): Promise<ChunkRange | null> {
  const table = sql.raw(db.dialect === 'postgres' ? 'holdfast.code_blobs' : 'code_blobs')
  const ids = JSON.stringify(chosen.map(({ id }) => id))
  const named =
    db.dialect === 'postgres'
      ? sql`jsonb_array_elements_text((${ids}::text)::jsonb) as chosen (value)`
      : sql`json_each(${ids}) as chosen`
  const number = sql.raw(db.dialect === 'postgres' ? '::float8' : '')
  // One seek for each end of each repository.
  const [row] = await db.rows<{ low: number | null; high: number | null }>(
    sql`select min((select min(blob) from ${table} where repository_id = chosen.value and owner = ${owner}))${number} as low,
               max((select max(blob) from ${table} where repository_id = chosen.value and owner = ${owner}))${number} as high from ${named}`,
  )
  return row && row.low !== null && row.high !== null ? { low: row.low, high: row.high } : null
}
