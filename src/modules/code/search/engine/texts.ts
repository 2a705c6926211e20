import { type SQL, sql } from 'drizzle-orm'
import type { Reader } from '../../../../core/storage'
import { blobOfChunk, chunksPerBlob } from '../chunks'
import { unpack } from '../packing'

/** A piece of a text as it stands in the database. */
export interface Piece {
  chunk: number
  firstLine: number
  text: string
  /** Packed; see `unpackDefinitions`. */
  definitions: string | null
}

/** Numbers as one parameter of Postgres. */
export const arrayOf = (numbers: readonly number[]) => sql`(${`{${numbers.join(',')}}`}::text)::bigint[]`

/** A condition of SQLite: the column is one of these numbers; a list of any length is one parameter. */
export const isAmong = (column: string, numbers: readonly number[]): SQL =>
  sql`${sql.raw(column)} in (select value from json_each(${JSON.stringify(numbers)}))`

/** These pieces of the owner's texts, in order. */
export async function readChunks(db: Reader, owner: string, chunks: readonly number[]): Promise<Piece[]> {
  if (chunks.length === 0) return []
  const rows = await db.rows<Row>(
    db.dialect === 'postgres'
      ? sql`select chunk::float8 as chunk, first_line, definitions, content from holdfast.code_chunks where chunk = any(${arrayOf(chunks)}) and owner = ${owner}`
      : sql`select chunk, first_line, definitions, content from code_chunks where ${isAmong('chunk', chunks)} and owner = ${owner}`,
  )
  return sorted(rows)
}

/** What these pieces of the owner's texts define, packed; in order. */
export async function readDefinitions(
  db: Reader,
  owner: string,
  chunks: readonly number[],
): Promise<Pick<Piece, 'chunk' | 'definitions'>[]> {
  if (chunks.length === 0) return []
  const rows = await db.rows<Pick<Row, 'chunk' | 'definitions'>>(
    db.dialect === 'postgres'
      ? sql`select chunk::float8 as chunk, definitions from holdfast.code_chunks where chunk = any(${arrayOf(chunks)}) and owner = ${owner} and definitions is not null`
      : sql`select chunk, definitions from code_chunks where ${isAmong('chunk', chunks)} and owner = ${owner} and definitions is not null`,
  )
  return rows.sort((a, b) => a.chunk - b.chunk)
}

/** All pieces of these texts, in order. */
export async function readBlobs(db: Reader, owner: string, blobs: readonly number[]): Promise<Piece[]> {
  if (blobs.length === 0) return []
  const length = sql.raw(String(chunksPerBlob))
  const last = sql.raw(String(chunksPerBlob - 1))
  const rows = await db.rows<Row>(
    db.dialect === 'postgres'
      ? sql`select piece.chunk::float8 as chunk, piece.first_line, piece.definitions, piece.content from unnest(${arrayOf(blobs)}) as wanted (value)
          cross join lateral (select chunk, first_line, definitions, content from holdfast.code_chunks
            where chunk between wanted.value * ${length} and wanted.value * ${length} + ${last} and owner = ${owner}
            order by code_chunks.chunk limit ${length}) as piece`
      : sql`select chunk, first_line, definitions, content from json_each(${JSON.stringify(blobs)}) as wanted join code_chunks
          on chunk between wanted.value * ${length} and wanted.value * ${length} + ${last} where owner = ${owner}`,
  )
  return sorted(rows)
}

interface Row extends Record<string, unknown> {
  chunk: number
  first_line: number
  definitions: string | null
  content: Uint8Array
}

const sorted = (rows: Row[]): Piece[] =>
  rows
    .map(({ chunk, first_line, definitions, content }) => ({
      chunk,
      firstLine: first_line,
      definitions,
      text: unpack(content),
    }))
    .sort((a, b) => a.chunk - b.chunk)

/** The pieces by the text that they are of. */
export function byBlob(pieces: readonly Piece[]): Map<number, Piece[]> {
  const found = new Map<number, Piece[]>()
  for (const piece of pieces) {
    const blob = blobOfChunk(piece.chunk)
    const known = found.get(blob)
    if (known) known.push(piece)
    else found.set(blob, [piece])
  }
  return found
}
