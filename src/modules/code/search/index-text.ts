import { and, asc, between, eq } from 'drizzle-orm'
import type { Reader, RowValue, Writer } from '../../../core/storage'
import { codeChunks } from '../tables'
import { chunksOf, chunksPerBlob } from './chunks'
import { pack, unpack } from './packing'
import { packDefinitions } from './piece-definitions'

/** A text to be found by its number, with what it defines (`listDefinitions`). */
export interface BlobText {
  blob: number
  text: string
  definitions: string
}

/** Blobs of an owner have numbers from `owner's number * 2^26`. */
export const blobsPerOwner = 2 ** 26

/** Cuts texts into pieces, and returns what stores them, a few pieces a step; `indexPostings` makes them searchable before they are shown. */
export function stepsToIndex(
  owner: string,
  texts: readonly BlobText[],
  atOnce: number,
): ((tx: Writer) => Promise<void>)[] {
  const rows = texts.flatMap((text) => rowsOf(owner, text))
  return Array.from(
    { length: Math.ceil(rows.length / atOnce) },
    (_, at) => (tx) => tx.addRows(codeChunks.name, columns, rows.slice(at * atOnce, (at + 1) * atOnce)),
  )
}

const columns = ['chunk', 'owner', 'first_line', 'definitions', 'content']

function rowsOf(owner: string, { blob, text, definitions }: BlobText): RowValue[][] {
  const pieces = chunksOf(text)
  const defined = packDefinitions(
    pieces.map(({ firstLine }) => firstLine),
    definitions,
  )
  const first = blob * chunksPerBlob
  return pieces.map((piece, at) => [first + at, owner, piece.firstLine, defined[at]!, pack(piece.text)])
}

/** Replaces what a stored text defines (`listDefinitions`). */
export async function redefineText(
  tx: Writer,
  owner: string,
  blob: number,
  definitions: string,
): Promise<void> {
  const t = codeChunks.on(tx.dialect)
  const [low, high] = chunksOfBlob(blob)
  const pieces = await tx
    .select({ chunk: t.chunk, firstLine: t.first_line })
    .from(t)
    .where(and(eq(t.owner, owner), between(t.chunk, low, high)))
    .orderBy(asc(t.chunk))
  const packed = packDefinitions(
    pieces.map(({ firstLine }) => firstLine),
    definitions,
  )
  for (const [at, { chunk }] of pieces.entries())
    await tx
      .update(t)
      .set({ definitions: packed[at]! })
      .where(and(eq(t.owner, owner), eq(t.chunk, chunk)))
}

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
    .select({ content: t.content })
    .from(t)
    .where(and(eq(t.owner, owner), between(t.chunk, low, high)))
    .orderBy(asc(t.chunk))
  return pieces.map(({ content }) => unpack(content))
}
