import { and, asc, between, eq, sql } from 'drizzle-orm'
import type { Reader, Writer } from '../../../core/storage'
import { codeChunks } from '../tables'
import { chunksOf, chunksPerBlob } from './chunks'
import { fold } from './fold'
import { numbersIn, ownerNumbers } from './grams'

/** A text to be found by its number. */
export interface BlobText {
  blob: number
  text: string
}

/** Blobs of an owner have numbers from `owner's number * 2^26`. */
export const blobsPerOwner = 2 ** 26

type Row = [chunk: number, firstLine: number, text: string]

/** Makes texts searchable, in the transaction that stores them. */
export async function indexText(tx: Writer, owner: string, texts: readonly BlobText[]): Promise<void> {
  const rows = texts.flatMap(({ blob, text }) =>
    chunksOf(text).map(
      (chunk, ordinal): Row => [blob * chunksPerBlob + ordinal, chunk.firstLine, chunk.text],
    ),
  )
  if (rows.length === 0) return
  if (tx.dialect === 'postgres') return indexInPostgres(tx, owner, rows)
  await tx.execute(sql`insert into code_chunks (chunk, owner, first_line, text)
    select json_extract(value, '$[0]'), ${owner}, json_extract(value, '$[1]'), json_extract(value, '$[2]')
    from json_each(${JSON.stringify(rows)}) order by 1`)
  const folded = rows.map(([chunk, , text]) => [chunk, fold(text)])
  await tx.execute(sql`insert into code_text (rowid, text)
    select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each(${JSON.stringify(folded)}) order by 1`)
}

async function indexInPostgres(tx: Writer, owner: string, rows: Row[]): Promise<void> {
  await tx.execute(sql`insert into holdfast.code_chunks (chunk, owner, first_line, text)
    select (row ->> 0)::bigint, ${owner}::text, (row ->> 1)::integer, row ->> 2
    from jsonb_array_elements((${JSON.stringify(rows)}::text)::jsonb) as row`)
  const grams = rows.map(([chunk, , text]) => [chunk, `{${gramsWithOwner(chunk, text).join(',')}}`])
  await tx.execute(sql`insert into holdfast.code_text (chunk, owner, grams)
    select (row ->> 0)::bigint, ${owner}::text, (row ->> 1)::smallint[]
    from jsonb_array_elements((${JSON.stringify(grams)}::text)::jsonb) as row`)
}

const gramsWithOwner = (chunk: number, text: string): number[] => [
  ...ownerNumbers(Math.floor(chunk / chunksPerBlob / blobsPerOwner)),
  ...numbersIn(fold(text)),
]

/** The first and the last chunk that a blob can have. */
export const chunksOfBlob = (blob: number): [number, number] => [
  blob * chunksPerBlob,
  blob * chunksPerBlob + chunksPerBlob - 1,
]

/** Takes texts out of the search; pass the owner's own alone. */
export async function removeText(tx: Writer, owner: string, blobs: readonly number[]): Promise<void> {
  const t = codeChunks.on(tx.dialect)
  for (const blob of blobs) {
    const [low, high] = chunksOfBlob(blob)
    if (tx.dialect === 'sqlite')
      await tx.execute(
        sql`delete from code_text where rowid in (select chunk from code_chunks where chunk between ${low} and ${high})`,
      )
    else
      await tx.execute(
        sql`delete from holdfast.code_text where owner = ${owner} and chunk between ${low}::bigint and ${high}::bigint`,
      )
    await tx.delete(t).where(and(eq(t.owner, owner), between(t.chunk, low, high)))
  }
}

/** The text as it was indexed; '' for an empty one. */
export async function readText(db: Reader, owner: string, blob: number): Promise<string> {
  const texts = await readTexts(db, owner, [blob])
  return texts.get(blob) ?? ''
}

/** Whole texts by their blobs; an empty text is absent. */
export async function readTexts(
  db: Reader,
  owner: string,
  blobs: readonly number[],
): Promise<Map<number, string>> {
  const texts = new Map<number, string>()
  for (const blob of blobs) {
    const pieces = await readPieces(db, owner, blob)
    if (pieces.length > 0) texts.set(blob, pieces.join(''))
  }
  return texts
}

async function readPieces(db: Reader, owner: string, blob: number): Promise<string[]> {
  const t = codeChunks.on(db.dialect)
  const [low, high] = chunksOfBlob(blob)
  const pieces = await db
    .select({ text: t.text })
    .from(t)
    .where(and(eq(t.owner, owner), between(t.chunk, low, high)))
    .orderBy(asc(t.chunk))
  return pieces.map(({ text }) => text)
}
