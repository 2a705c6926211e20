import { type SQL, sql } from 'drizzle-orm'
import type { Dialect, Reader } from '../../../../core/storage'
import { chunksPerBlob } from '../chunks'
import { unpack } from '../packing'

/** A piece of a text as it stands in the database. */
export interface Piece {
  chunk: number
  firstLine: number
  text: string
}

/** Whole numbers as a row set of one column, `value`; a list of any length is one parameter. */
export const numberRows = (dialect: Dialect, numbers: readonly number[]): SQL => {
  const json = JSON.stringify(numbers)
  return dialect === 'postgres'
    ? sql`(select value::bigint from jsonb_array_elements_text((${json}::text)::jsonb) as value)`
    : sql`(select value from json_each(${json}))`
}

const tableOf = (dialect: Dialect) => sql.raw(dialect === 'postgres' ? 'holdfast.code_chunks' : 'code_chunks')

const columns = (dialect: Dialect) =>
  sql.raw(
    dialect === 'postgres' ? 'chunk::float8 as chunk, first_line, content' : 'chunk, first_line, content',
  )

/** These pieces of the owner's texts, in order. */
export async function readChunks(db: Reader, owner: string, chunks: readonly number[]): Promise<Piece[]> {
  if (chunks.length === 0) return []
  const rows = await db.rows<Row>(
    sql`select ${columns(db.dialect)} from ${tableOf(db.dialect)} where chunk in ${numberRows(db.dialect, chunks)} and owner = ${owner}`,
  )
  return sorted(rows)
}

/** All pieces of these texts, in order. */
export async function readBlobs(db: Reader, owner: string, blobs: readonly number[]): Promise<Piece[]> {
  if (blobs.length === 0) return []
  const rows = await db.rows<Row>(
    sql`select ${columns(db.dialect)} from ${numberRows(db.dialect, blobs)} as wanted join ${tableOf(db.dialect)}
        on chunk between wanted.value * ${sql.raw(String(chunksPerBlob))} and wanted.value * ${sql.raw(String(chunksPerBlob))} + ${sql.raw(String(chunksPerBlob - 1))}
        where owner = ${owner}`,
  )
  return sorted(rows)
}

interface Row extends Record<string, unknown> {
  chunk: number
  first_line: number
  content: Uint8Array
}

const sorted = (rows: Row[]): Piece[] =>
  rows
    .map(({ chunk, first_line, content }) => ({ chunk, firstLine: first_line, text: unpack(content) }))
    .sort((a, b) => a.chunk - b.chunk)

/** The pieces by the text that they are of. */
export function byBlob(pieces: readonly Piece[]): Map<number, Piece[]> {
  const found = new Map<number, Piece[]>()
  for (const piece of pieces) {
    const blob = Math.floor(piece.chunk / chunksPerBlob)
    const known = found.get(blob)
    if (known) known.push(piece)
    else found.set(blob, [piece])
  }
  return found
}
