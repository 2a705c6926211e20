import { sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { fold } from '../fold'
import { arrayOf, isAmong } from './texts'

/** A definition in a text. */
export interface Definition {
  blob: number
  name: string
  line: number
  column: number
}

const mostDefinitions = 200

interface Row extends Record<string, unknown> {
  blob: number
  name: string
  line: number
  column: number
}

/** Definitions of exactly this name, letter case aside, at most 200. */
export async function definitionsOf(db: Reader, owner: string, name: string): Promise<Definition[]> {
  const rows = await db.rows<Row>(
    db.dialect === 'postgres'
      ? // The function binds the owner itself; see the migration for why it is one.
        sql`select blob::float8 as blob, name, line, "column" from holdfast.code_definitions(lower(${name}::text), ${mostDefinitions}::integer)`
      : sql`select blob, name, line, "column" from symbols indexed by symbols_name_folded
            where owner = ${owner} and name = ${name} collate nocase order by blob limit ${mostDefinitions}`,
  )
  return rows.filter((row) => fold(row.name) === fold(name))
}

/** Definitions in these texts whose name contains one of these, letter case aside; all of them when none is given. */
export async function definitionsIn(
  db: Reader,
  owner: string,
  blobs: readonly number[],
  parts: readonly string[],
): Promise<Definition[]> {
  if (blobs.length === 0) return []
  const patterns = parts.map((part) => `%${part.replace(/[\\%_]/g, '\\$&')}%`)
  if (db.dialect === 'postgres') return definitionsLike(db, blobs, patterns.length > 0 ? patterns : ['%'])
  const likes = patterns.map((pattern) => sql`name like ${pattern} escape '\\'`)
  const named = likes.length > 0 ? sql` and (${sql.join(likes, sql` or `)})` : sql``
  // Without statistics SQLite would rather walk through all that the owner has: the plus keeps it from that index.
  return db.rows<Row>(
    sql`select blob, name, line, "column" from symbols where ${isAmong('blob', blobs)} and +owner = ${owner}${named}`,
  )
}

/** The function binds the owner itself; see the migration for why it is one. */
function definitionsLike(db: Reader, blobs: readonly number[], patterns: string[]): Promise<Definition[]> {
  const lowered = sql`(select array_agg(lower(pattern)) from jsonb_array_elements_text((${JSON.stringify(patterns)}::text)::jsonb) as given (pattern))`
  return db.rows<Row>(
    sql`select blob::float8 as blob, name, line, "column" from holdfast.code_symbols(${arrayOf(blobs)}, ${lowered})`,
  )
}
