import { setImmediate as turn } from 'node:timers/promises'
import { blobOfChunk as blobOf, type Candidates, chunksPerBlob } from './chunks'
import { findCandidates } from './engine/candidates'
import type { ChunkRange } from './engine/engine'
import { filesShowing, listBlobs, type ShownFile } from './engine/shown-files'
import { byBlob, type Piece, readBlobs, readChunks } from './engine/texts'
import { fold } from './fold'
import type { Looking } from './looking'
import type { LineMatch } from './match/line-match'
import { type Definition, unpackDefinitions } from './piece-definitions'
import type { Key } from './rank/key'

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
  /** The first piece of a file that was left for the sweep through generated files. */
  passed?: number
}

/** Candidates that are looked up at once. */
const mostCandidates = 320
/** Pieces of a window; less than 1 MB of text. */
export const mostRead = 256
/** Long lines make long pieces: a window ends when it is about this long, in bytes. */
const longest = 16_000_000

/** Milliseconds after which others run in between. */
const slice = 8

/**
 * Goes through the index from a piece on, until it has read a window's worth: the generated files alone, or all others. Texts in `without` have
 * been given before.
 */
export async function readWindow(
  looking: Looking,
  range: ChunkRange,
  without: ReadonlySet<number>,
  generated: boolean,
): Promise<Window> {
  const { chunks, end } = await candidatesIn(looking, range)
  const fresh = chunks.filter((chunk) => !without.has(blobOf(chunk)))
  const all = await fittingFiles(looking, fresh)
  const { files, passed } = swept(all, generated)
  const chosen = choose(looking, fresh, files)
  const read = looking.piecewise
    ? await readChunks(looking.db, looking.owner, chosen.chunks)
    : await readBlobs(looking.db, looking.owner, chosen.blobs)
  const hits = await verified(looking, chosen.blobs, files, read)
  return {
    hits,
    end: chosen.next === undefined ? end : chosen.next * chunksPerBlob - 1,
    read: sizeOf(read),
    ...(passed !== undefined && { passed: passed * chunksPerBlob }),
  }
}

/** Of files by text those that are generated, or those that are not, and the first text that has another. */
function swept(all: ReadonlyMap<number, ShownFile[]>, generated: boolean) {
  const files = new Map<number, ShownFile[]>()
  let passed: number | undefined
  for (const [blob, shown] of all) {
    const here = shown.filter((file) => file.generated === generated)
    if (here.length > 0) files.set(blob, here)
    if (here.length < shown.length) passed = Math.min(passed ?? blob, blob)
  }
  return { files, passed }
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

async function candidatesIn(looking: Looking, range: ChunkRange): Promise<Candidates> {
  const { db, owner, query, places, ahead } = looking
  if (ahead && range.low > ahead.after && range.low <= ahead.end) return cut(ahead, range)
  const found = await findCandidates(db, owner, query.node, range, mostCandidates)
  if (found) {
    looking.ahead = { after: range.low - 1, ...found }
    return cut(found, range)
  }
  const blobs = { low: blobOf(range.low), high: blobOf(range.high) }
  const listed = await listBlobs(db, owner, places, blobs, mostCandidates)
  const chunks = listed.map((blob) => blob * chunksPerBlob).filter((chunk) => chunk >= range.low)
  return {
    chunks,
    end: listed.length < mostCandidates ? range.high : listed.at(-1)! * chunksPerBlob + chunksPerBlob - 1,
  }
}

/** What a window looks at of the candidates from its beginning on: whole texts. */
function cut({ chunks, end }: Candidates, { low, high }: ChunkRange): Candidates {
  const fitting = chunks.filter((chunk) => chunk >= low && chunk <= high)
  let stop = mostCandidates
  while (stop < fitting.length && blobOf(fitting[stop]!) === blobOf(fitting[stop - 1]!)) stop++
  return {
    chunks: fitting.slice(0, stop),
    end: Math.min(high, stop < fitting.length ? fitting[stop]! - 1 : end),
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
  const hits: Hit[] = []
  let turned = performance.now()
  for (const blob of blobs) {
    hits.push(...hitsOf(looking, files.get(blob) ?? [], pieces.get(blob) ?? []))
    if (performance.now() - turned < slice) continue
    await turn()
    turned = performance.now()
  }
  return hits
}

/** Of the files that show one text those that match. */
function hitsOf(looking: Looking, files: readonly ShownFile[], pieces: readonly Piece[]): Hit[] {
  const { asksNames, ranking, terms } = looking
  const symbols = looking.asksSymbols ? definitionsIn(pieces) : []
  const verify = (file: ShownFile) => looking.verify({ ...namesOf(file), pieces, symbols })
  // Where names are no part of the question, what holds for one file holds for all of them.
  const shared = asksNames || !files[0] ? undefined : verify(files[0])
  let definitions: Definition[] | undefined
  return files.flatMap((file) => {
    const lines = shared === undefined ? verify(file) : shared
    if (!lines) return []
    definitions ??= definitionsNamed(terms, pieces)
    return [{ file, lines, definitions, key: ranking.keyOf({ ...file, lines, definitions }) }]
  })
}

const definitionsIn = (pieces: readonly Piece[]) =>
  pieces.flatMap((piece) => unpackDefinitions(piece.definitions))

/** Definitions whose name contains one of these. */
function definitionsNamed(terms: readonly string[], pieces: readonly Piece[]): Definition[] {
  const folded = terms.map(fold)
  const contains = (text: string | null) => text !== null && folded.some((term) => fold(text).includes(term))
  return definitionsIn(pieces.filter(({ definitions }) => contains(definitions))).filter(({ name }) =>
    contains(name),
  )
}
