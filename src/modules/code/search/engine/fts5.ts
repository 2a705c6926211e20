import { sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import type { ChunkRange } from '../chunks'
import type { Gram } from '../grams'

const quoted = (gram: Gram) => `"${gram.replaceAll('"', '""')}"`

/** Pieces that have all of these trigrams, in order. The numbers of the range are the owner's: FTS5 seeks to its beginning and stops at its end. */
export async function matchingChunks(
  db: Reader,
  grams: readonly Gram[],
  { low, high }: ChunkRange,
  wanted: number,
): Promise<number[]> {
  const rows = await db.rows<{ chunk: number }>(
    sql`select rowid as chunk from code_text where code_text match ${grams.map(quoted).join(' AND ')}
      and rowid between cast(${low} as integer) and cast(${high} as integer) order by rowid limit cast(${wanted} as integer)`,
  )
  return rows.map(({ chunk }) => chunk)
}
