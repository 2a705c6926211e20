import { setImmediate as turn } from 'node:timers/promises'
import { blobOfChunk as blobOf, type ChunkRange, chunksPerBlob } from './chunks'
import { filesShowing, type ShownFile } from './engine/shown-files'
import { byBlob, type Piece, readBlobs, readChunks } from './engine/texts'
import { fold } from './fold'
import type { Hit } from './hit'
import type { Looking } from './looking'
import { type Definition, unpackDefinitions } from './piece-definitions'
import { isOfNamesakes, type Stage, stages, type WindowSize } from './rank/stages'
import { candidatesIn, piecesOf } from './stage-candidates'

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

/** Milliseconds after which others run in between. */
const slice = 8

/** Goes through the index from a piece on, until it has read a window's worth, for the files of a stage. */
export async function readWindow(
  looking: Looking,
  stage: Stage,
  range: ChunkRange,
  most: WindowSize,
): Promise<Window> {
  const { chunks, end } = await candidatesIn(looking, stage, range, most.candidates)
  const all = await fittingFiles(looking, chunks)
  const { files, passed } = swept(looking, stage, all)
  const chosen = choose(looking, most, chunks, files)
  const { verified } = looking
  const fresh = chosen.blobs.filter((blob) => !verified.has(blob))
  const read = await readPieces(looking, stage, chosen.chunks, fresh)
  await verify(looking, fresh, all, read)
  return {
    hits: chosen.blobs.flatMap((blob) => verified.get(blob)!.filter(({ key }) => key[0] === stage)),
    end: chosen.next === undefined ? end : chosen.next * chunksPerBlob - 1,
    read: sizeOf(read),
    ...(passed !== undefined && { passed: passed * chunksPerBlob }),
  }
}

/** Of files by text those that a stage can have, as far as that is known before the text is read, and the first text that has a generated one. */
function swept({ ranking }: Looking, stage: Stage, all: ReadonlyMap<number, ShownFile[]>) {
  const fits = ({ generated, path }: ShownFile) =>
    generated === (stage === stages.generated) &&
    (stage >= stages.other || isOfNamesakes(stage) === ranking.isNamesake(path))
  const files = new Map<number, ShownFile[]>()
  let passed: number | undefined
  for (const [blob, shown] of all) {
    const here = shown.filter(fits)
    if (here.length > 0) files.set(blob, here)
    if (shown.some(({ generated }) => generated)) passed = Math.min(passed ?? blob, blob)
  }
  return { files, passed }
}

/** Of these texts what the question takes: the candidates among their pieces, where single pieces decide, and else all of them. */
async function readPieces(
  looking: Looking,
  stage: Stage,
  chunks: readonly number[],
  blobs: readonly number[],
): Promise<Piece[]> {
  const { db, owner, piecewise } = looking
  if (blobs.length === 0) return []
  if (stage < stages.other) {
    const pieces = await piecesOf(looking, blobs)
    return pieces ? readChunks(db, owner, pieces) : readBlobs(db, owner, blobs)
  }
  if (!piecewise) return readBlobs(db, owner, blobs)
  const wanted = new Set(blobs)
  return readChunks(
    db,
    owner,
    chunks.filter((chunk) => wanted.has(blobOf(chunk))),
  )
}

/** In usual pieces: a long line is a piece that counts for many. */
const sizeOf = (read: readonly Piece[]) =>
  read.reduce((sum, { text }) => sum + Math.max(1, text.length / usualPiece), 0)
const usualPiece = 4096

async function fittingFiles(looking: Looking, chunks: readonly number[]): Promise<Map<number, ShownFile[]>> {
  const { db, owner, places, files: known, fitsNames } = looking
  const blobs = [...new Set(chunks.map(blobOf))]
  const fresh = blobs.filter((blob) => !known.has(blob))
  for (const blob of fresh) known.set(blob, [])
  for (const file of await filesShowing(db, owner, places, fresh))
    if (fitsNames(namesOf(file))) known.get(file.blob)!.push(file)
  return new Map(blobs.map((blob) => [blob, known.get(blob)!]))
}

const namesOf = ({ place, path, language }: ShownFile) => ({
  repository: place.name,
  branch: place.branch ?? place.ref,
  path,
  language,
})

/** Whole texts up to a window's worth; `next` is the text that the following window begins with. */
function choose(
  looking: Looking,
  most: WindowSize,
  chunks: readonly number[],
  files: ReadonlyMap<number, ShownFile[]>,
) {
  const chosen: { chunks: number[]; blobs: number[]; next?: number } = { chunks: [], blobs: [] }
  let bytes = 0
  for (const chunk of chunks) {
    const blob = blobOf(chunk)
    const file = files.get(blob)?.[0]
    if (!file) continue
    if (chosen.blobs.at(-1) !== blob) {
      if (chosen.chunks.length >= most.pieces || bytes >= most.bytes) return { ...chosen, next: blob }
      chosen.blobs.push(blob)
      bytes += looking.piecewise && !file.generated ? 2048 : file.bytes
    }
    chosen.chunks.push(chunk)
  }
  return chosen
}

/** Notes which files match of those that show these texts. */
async function verify(
  looking: Looking,
  blobs: readonly number[],
  files: ReadonlyMap<number, ShownFile[]>,
  read: readonly Piece[],
): Promise<void> {
  const pieces = byBlob(read)
  let turned = performance.now()
  for (const blob of blobs) {
    looking.verified.set(blob, hitsOf(looking, files.get(blob) ?? [], pieces.get(blob) ?? []))
    if (performance.now() - turned < slice) continue
    await turn()
    turned = performance.now()
  }
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
