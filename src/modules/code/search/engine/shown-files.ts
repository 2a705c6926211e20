import { sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { arrayOf, isAmong } from './texts'

/** Of a repository: what searching it takes. */
export interface Place {
  id: string
  name: string
  ref: string
  branch: string | null
  /** The complete index that readers see. */
  generation: number
}

/** A file that a repository shows. */
export interface ShownFile {
  file: number
  place: Place
  path: string
  blob: number
  language: string
  bytes: number
  /** Generated, minified or somebody else's: ranks last. */
  generated: boolean
}

interface Row extends Record<string, unknown> {
  file: number
  repository_id: string
  path: string
  blob: number
  language: string
  bytes: number
  generated: boolean | number
  vendored: boolean | number
  added_in: number
  removed_in: number | null
}

const columns = 'repository_id, path, language, generated, vendored'

/** The files that show these texts, in these places. */
export async function filesShowing(
  db: Reader,
  owner: string,
  places: ReadonlyMap<string, Place>,
  blobs: readonly number[],
): Promise<ShownFile[]> {
  if (blobs.length === 0) return []
  const rows = await db.rows<Row>(
    db.dialect === 'postgres'
      ? // See the migration for why it is a function.
        sql`select ${sql.raw(columns)}, file::float8 as file, blob::float8 as blob, bytes::float8 as bytes, added_in::float8 as added_in, removed_in::float8 as removed_in
            from holdfast.code_files(${arrayOf(blobs)}) as found`
      : sql`select ${sql.raw(columns)}, file, blob, bytes, added_in, removed_in from indexed_files where ${isAmong('blob', blobs)} and +owner = ${owner}`,
  )
  return rows.flatMap((row) => shown(row, places.get(row.repository_id)))
}

function shown(row: Row, place: Place | undefined): ShownFile[] {
  const { file, path, blob, language, bytes, added_in, removed_in } = row
  if (!place || added_in > place.generation) return []
  if (removed_in !== null && removed_in <= place.generation) return []
  return [{ file, place, path, blob, language, bytes, generated: Boolean(row.generated || row.vendored) }]
}

/** Texts of these places from this number on, whatever is in them, in order. */
export async function listBlobs(
  db: Reader,
  owner: string,
  places: ReadonlyMap<string, Place>,
  { low, high }: { low: number; high: number },
  wanted: number,
): Promise<number[]> {
  const ids = JSON.stringify([...places.keys()])
  const rows = await db.rows<{ blob: number }>(
    db.dialect === 'postgres'
      ? sql`select distinct blob::float8 as blob from holdfast.indexed_files where owner = ${owner} and blob between ${low}::bigint and ${high}::bigint
            and repository_id in (select jsonb_array_elements_text((${ids}::text)::jsonb)) order by 1 limit ${wanted}::integer`
      : sql`select distinct blob from indexed_files where owner = ${owner} and blob between cast(${low} as integer) and cast(${high} as integer)
            and repository_id in (select value from json_each(${ids})) order by blob limit cast(${wanted} as integer)`,
  )
  return rows.map(({ blob }) => blob)
}
