import { type SQL, sql } from 'drizzle-orm'
import { chunksPerBlob } from '../chunks'
import { type Gram, gramNumbers, ownerNumbers } from '../grams'
import { blobsPerOwner } from '../index-text'

/** Pieces that have all of these trigrams, in order; see the migration for why this is a function. */
export function matchingChunks(grams: readonly Gram[], low: number, high: number, wanted: number): SQL {
  const owner = ownerNumbers(Math.floor(low / chunksPerBlob / blobsPerOwner))
  const numbers = `{${[...owner, ...gramNumbers(grams)].join(',')}}`
  return sql`select chunk::float8 as chunk from holdfast.code_matches((${numbers}::text)::smallint[], ${low}::bigint, ${high}::bigint, ${wanted}::integer) as found (chunk)`
}
