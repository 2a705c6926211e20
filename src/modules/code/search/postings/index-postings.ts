import { setImmediate as turn } from 'node:timers/promises'
import type { Scope } from '../../../../core/storage'
import { repositories } from '../../tables'
import { blobOfChunk } from '../chunks'
import { type Piece, readBlobs } from '../engine/texts'
import { fold } from '../fold'
import { numbersIn, numbersInNames } from '../grams'
import { unpackNames } from '../piece-definitions'
import {
  addBlock,
  addPostings,
  type Blob,
  type Block,
  type BlockPlace,
  hideBlocks,
  listBlobs,
  listBlocks,
  removeHidden,
  type Stretch,
  showBlock,
} from './blocks'
import { bucketsFor, encodeBuckets } from './encode'
import { encodeLayout, type Held } from './layout'

/** A block ends with a text that gives it this many pieces, or trigrams of pieces; memory goes by the latter. */
export interface BlockLimits {
  pieces: number
  postings: number
}

const usual: BlockLimits = { pieces: 8192, postings: 6_000_000 }
/** A block is taken up into the next one when it has at most so many times its pieces: each text is written a few times at most. */
const growth = 4
/** What is read of the texts at once, in bytes. */
const readAtOnce = 200_000
const highest = Number.MAX_SAFE_INTEGER

/**
 * Brings what was stored since the last time into the lists of trigrams, which make it searchable. Texts that readers see stay searchable meanwhile, and what was cut
 * short is made good by the next call. Needs the repository to itself.
 */
export async function indexPostings(
  place: BlockPlace,
  signal?: AbortSignal,
  most: BlockLimits = usual,
): Promise<void> {
  await removeHidden(place)
  const { from, blobs } = await place.scope.read(async (db) => {
    const blocks = await listBlocks(db, place)
    const known = blocks.reduce((last, block) => Math.max(last, block.last), -1)
    const fresh = await listBlobs(db, place, known + 1, highest)
    const start = startOf(blocks, fresh, most)
    const isDue = fresh.length > 0 || blocks.some(({ stale }) => stale)
    return { from: start, blobs: isDue ? await listBlobs(db, place, start, highest) : [] }
  })
  await writeBlocks(place, { from, end: from }, blobs, most, signal)
}

/** Does so for the repositories of all owners. */
export async function indexAllPostings(scope: Scope): Promise<void> {
  const rows = await scope.read((db) => {
    const t = repositories.on(db.dialect)
    return db.select({ id: t.id, owner: t.owner }).from(t)
  })
  for (const { id, owner } of rows) await indexPostings({ scope, owner, repositoryId: id })
}

/** Writes blocks again half of whose texts are gone, and removes those of which nothing is left. */
export async function tidyPostings(place: BlockPlace, signal?: AbortSignal): Promise<void> {
  const blocks = await place.scope.read((db) => listBlocks(db, place))
  for (const { first, last, blobs: written } of blocks) {
    const blobs = await place.scope.read((db) => listBlobs(db, place, first, last))
    const old = { from: first, end: last }
    if (blobs.length === 0) await place.scope.write((tx) => hideBlocks(tx, place, { ...old, start: last }))
    else if (2 * blobs.length <= written) await writeBlocks(place, old, blobs, usual, signal)
  }
  await removeHidden(place)
}

/** Where the first new block begins: stale ones are written again with all behind them, and small ones before the fresh texts are taken up. */
function startOf(blocks: readonly Block[], fresh: readonly Blob[], most: BlockLimits): number {
  const stale = blocks.find((block) => block.stale)
  if (stale) return stale.first
  let start = fresh[0]?.blob ?? 0
  let pieces = fresh.reduce((sum, { bytes }) => sum + 1 + bytes / 2048, 0)
  for (const block of blocks.toReversed()) {
    if (block.pieces > growth * pieces || block.pieces + pieces > most.pieces) break
    pieces += block.pieces
    start = Math.min(start, block.first)
  }
  return start
}

/**
 * Writes all of these texts into blocks, each shown in a transaction of its own, in the place of the old ones that begin at `from` or later and end before `end` or among
 * the texts. One that a new block covers in part goes together with the last of its texts.
 */
async function writeBlocks(
  place: BlockPlace,
  { from, end }: { from: number; end: number },
  blobs: readonly Blob[],
  most: BlockLimits,
  signal?: AbortSignal,
) {
  let start = from
  for (let next = 0; next < blobs.length; ) {
    const gathered = await gather(place, blobs.slice(next), most, signal)
    next += gathered.texts.length
    const last = gathered.texts.at(-1)!.blob
    await writeBlock(place, { from, start, end: next < blobs.length ? last : Math.max(last, end) }, gathered)
    start = last + 1
  }
}

interface Gathered {
  texts: Held[]
  /** What every piece has. */
  grams: { texts: Uint16Array[]; names: Uint16Array[] }
  postings: number
}

/** The first texts, as many as a block takes. */
async function gather(
  { scope, owner }: BlockPlace,
  blobs: readonly Blob[],
  most: BlockLimits,
  signal?: AbortSignal,
): Promise<Gathered> {
  const gathered: Gathered = { texts: [], grams: { texts: [], names: [] }, postings: 0 }
  for (let next = 0; next < blobs.length; await turn()) {
    signal?.throwIfAborted()
    const part = partOf(blobs, next, most)
    const read = await scope.read((db) => readBlobs(db, owner, part))
    const pieces = Map.groupBy(read, ({ chunk }) => blobOfChunk(chunk))
    for (const blob of part) {
      const own = pieces.get(blob) ?? []
      gathered.texts.push({ blob, pieces: own.length })
      for (const piece of own) addPiece(gathered, piece)
    }
    next += part.length
    if (gathered.grams.texts.length >= most.pieces || gathered.postings >= most.postings) break
  }
  return gathered
}

function addPiece(gathered: Gathered, { text, definitions }: Piece): void {
  const names = unpackNames(definitions && fold(definitions))
  const found = numbersIn(fold(text), names)
  gathered.grams.texts.push(found)
  gathered.grams.names.push(numbersInNames(names))
  gathered.postings += found.length
}

function partOf(blobs: readonly Blob[], from: number, { pieces }: BlockLimits): number[] {
  const part: number[] = []
  for (let at = from, bytes = 0; at < blobs.length && bytes < readAtOnce && part.length < pieces; at++) {
    part.push(blobs[at]!.blob)
    bytes += blobs[at]!.bytes
  }
  return part
}

async function writeBlock(place: BlockPlace, old: Stretch, { texts, grams, postings }: Gathered) {
  const { scope, owner } = place
  const [first, last] = [texts[0]!.blob, texts.at(-1)!.blob]
  const buckets = bucketsFor(postings)
  const layout = encodeLayout(first, texts)
  const described = { first, last, blobs: texts.length, pieces: grams.texts.length, buckets, layout }
  const block = await scope.write((tx) => addBlock(tx, place, described))
  // Not in one transaction: on SQLite others wait to write.
  for await (const rows of encodeBuckets(grams, buckets))
    await scope.write((tx) => addPostings(tx, owner, block, rows))
  await scope.write((tx) => showBlock(tx, place, old, block))
  await removeHidden(place)
}
