import { setImmediate as turn } from 'node:timers/promises'
import { blobOfChunk as blobOf, chunksPerBlob } from './chunks'
import { findCandidates } from './engine/candidates'
import { type Definition, definitionsIn } from './engine/definitions'
import type { ChunkRange } from './engine/engine'
import { filesShowing, listBlobs, type ShownFile } from './engine/shown-files'
import { byBlob, type Piece, readBlobs, readChunks } from './engine/texts'
import type { Looking } from './looking'
import type { LineMatch } from './match/line-match'
import { type Key, keyOf } from './rank/key'

/** A file that matches. */
export interface Hit {
  file: ShownFile
  lines: LineMatch[]
  definitions: Definition[]
  key: Key
}

/** A stretch of the index, gone through. */
export interface Window {
  hits: Hit[]
  /** The last piece that was looked at. */
  end: number
  /** How much was read to find out, in pieces. */
  read: number
}

/** Candidates that are looked up at once. */
const mostCandidates = 600
/** Pieces of a window; less than 1 MB of text. */
export const mostRead = 400
/** Long lines make long pieces: a window ends when it is about this long, in bytes. */
const longest = 16_000_000

/** Milliseconds after which others run in between. */
const slice = 8

/** Goes through the index from a piece on, until it has read a window's worth. Texts in `without` have been given before. */
export async function readWindow(
  looking: Looking,
  range: ChunkRange,
  without: ReadonlySet<number>,
): Promise<Window> {
  const { chunks, end } = await candidatesIn(looking, range)
  const fresh = chunks.filter((chunk) => !without.has(blobOf(chunk)))
  const files = await fittingFiles(looking, fresh)
  const chosen = choose(looking, fresh, files)
  const read = looking.piecewise
    ? await readChunks(looking.db, looking.owner, chosen.chunks)
    : await readBlobs(looking.db, looking.owner, chosen.blobs)
  const hits = await verified(looking, chosen.blobs, files, read)
  return { hits, end: chosen.next === undefined ? end : chosen.next * chunksPerBlob - 1, read: sizeOf(read) }
}

/** The texts that define what is looked for: they come before all others, wherever they stand in the index. */
export async function readFirst(looking: Looking, blobs: readonly number[]): Promise<Window> {
  const files = await fittingFiles(
    looking,
    blobs.map((blob) => blob * chunksPerBlob),
  )
  const kept = blobs.filter((blob) => files.has(blob))
  const read = await readBlobs(looking.db, looking.owner, kept)
  return { hits: await verified(looking, kept, files, read), end: -1, read: sizeOf(read) }
}

/** In usual pieces: a long line is a piece that counts for many. */
const sizeOf = (read: readonly Piece[]) =>
  read.reduce((sum, { text }) => sum + Math.max(1, text.length / usualPiece), 0)
const usualPiece = 4096

async function candidatesIn({ db, owner, query, places }: Looking, range: ChunkRange) {
  const found = await findCandidates(db, owner, query.node, range, mostCandidates)
  if (found) return found
  const blobs = { low: blobOf(range.low), high: blobOf(range.high) }
  const listed = await listBlobs(db, owner, places, blobs, mostCandidates)
  const chunks = listed.map((blob) => blob * chunksPerBlob).filter((chunk) => chunk >= range.low)
  return {
    chunks,
    end: listed.length < mostCandidates ? range.high : listed.at(-1)! * chunksPerBlob + chunksPerBlob - 1,
  }
}

async function fittingFiles(looking: Looking, chunks: readonly number[]): Promise<Map<number, ShownFile[]>> {
  const blobs = [...new Set(chunks.map(blobOf))]
  const files = await filesShowing(looking.db, looking.owner, looking.places, blobs)
  const fitting = new Map<number, ShownFile[]>()
  for (const file of files) {
    if (!looking.fitsNames(namesOf(file))) continue
    const known = fitting.get(file.blob)
    if (known) known.push(file)
    else fitting.set(file.blob, [file])
  }
  return fitting
}

const namesOf = ({ place, path, language }: ShownFile) => ({
  repository: place.name,
  branch: place.branch ?? place.ref,
  path,
  language,
})

/** Whole texts up to a window's worth; `next` is the text that the following window begins with. */
function choose(looking: Looking, chunks: readonly number[], files: Map<number, ShownFile[]>) {
  const chosen: { chunks: number[]; blobs: number[]; next?: number } = { chunks: [], blobs: [] }
  let bytes = 0
  for (const chunk of chunks) {
    const blob = blobOf(chunk)
    const file = files.get(blob)?.[0]
    if (!file) continue
    if (chosen.blobs.at(-1) !== blob) {
      if (chosen.chunks.length >= mostRead || bytes >= longest) return { ...chosen, next: blob }
      chosen.blobs.push(blob)
      bytes += looking.piecewise && !file.generated ? 2048 : file.bytes
    }
    chosen.chunks.push(chunk)
  }
  return chosen
}

async function verified(
  looking: Looking,
  blobs: readonly number[],
  files: Map<number, ShownFile[]>,
  read: readonly Piece[],
): Promise<Hit[]> {
  const pieces = byBlob(read)
  const { db, owner, asksSymbols } = looking
  const asked = asksSymbols ? groupByBlob(await definitionsIn(db, owner, blobs, [])) : new Map()
  const hits: Pick<Hit, 'file' | 'lines'>[] = []
  let turned = performance.now()
  for (const blob of blobs) {
    const symbols = asked.get(blob) ?? []
    for (const file of files.get(blob) ?? []) {
      const lines = looking.verify({ ...namesOf(file), pieces: pieces.get(blob) ?? [], symbols })
      if (lines) hits.push({ file, lines })
    }
    if (performance.now() - turned < slice) continue
    await turn()
    turned = performance.now()
  }
  const named = await definitionsNamed(
    looking,
    hits.map(({ file }) => file.blob),
  )
  return hits.map((hit) => ranked(looking, hit, named.get(hit.file.blob) ?? []))
}

async function definitionsNamed({ db, owner, terms }: Looking, blobs: number[]) {
  const parts = terms.filter((term) => /^[\p{L}\p{N}_$.#-]+$/u.test(term))
  return groupByBlob(parts.length > 0 ? await definitionsIn(db, owner, blobs, parts) : [])
}

function groupByBlob(definitions: readonly Definition[]): Map<number, Definition[]> {
  const found = new Map<number, Definition[]>()
  for (const definition of definitions) {
    const known = found.get(definition.blob)
    if (known) known.push(definition)
    else found.set(definition.blob, [definition])
  }
  return found
}

function ranked(
  looking: Looking,
  { file, lines }: Pick<Hit, 'file' | 'lines'>,
  definitions: Definition[],
): Hit {
  return { file, lines, definitions, key: keyOf({ ...file, lines, definitions }, looking.terms) }
}
