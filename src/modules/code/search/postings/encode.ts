import { setImmediate as turn } from 'node:timers/promises'
import { gramNumberCount } from '../grams'
import { createByteWriter } from './bytes'

/** A row of a block: the lists of all trigrams whose numbers agree in their lowest bits. */
export interface Bucket {
  bucket: number
  postings: Uint8Array
}

/** Postings that a row holds on the average: small enough to be read for one of its lists, large enough to outweigh what a row costs. */
const postingsPerRow = 512

/** How many rows a block of so many postings is spread over: a power of two. */
export function bucketsFor(postings: number): number {
  let buckets = 1
  while (buckets * postingsPerRow < postings && buckets < gramNumberCount) buckets *= 2
  return buckets
}

/**
 * Turns "which trigrams has this piece" into "which pieces have this trigram". A list is written as the distances between its pieces, or, where that is
 * shorter, as one bit for every piece of the block. Lets others run in between.
 */
export async function* encodeBuckets(
  pieces: readonly Uint16Array[],
  buckets: number,
): AsyncGenerator<Bucket[]> {
  const { starts, items } = await invert(pieces)
  const row = createByteWriter()
  const list = createByteWriter()
  let rows: Bucket[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (let gram = bucket; gram < gramNumberCount; gram += buckets) {
      const found = items.subarray(starts[gram], starts[gram + 1])
      if (found.length === 0) continue
      const bits = addDistances(list, found, Math.ceil(pieces.length / 8))
      row.addNumber((gram - bucket) / buckets)
      const encoded = bits ? bitsOf(found, pieces.length) : list.take()
      row.addNumber(encoded.length * 2 + (bits ? 1 : 0))
      row.addBytes(encoded)
    }
    if (row.length > 0) rows.push({ bucket, postings: row.take() })
    if (rows.length < rowsAtOnce) continue
    yield rows
    rows = []
    await turn()
  }
  if (rows.length > 0) yield rows
}

const rowsAtOnce = 256
const piecesAtOnce = 512

/** Pieces by trigram: those of trigram n are `items` from `starts[n]` until `starts[n + 1]`, in order. */
async function invert(pieces: readonly Uint16Array[]) {
  const starts = new Uint32Array(gramNumberCount + 1)
  for (const grams of pieces) for (const gram of grams) starts[gram + 1]!++
  for (let gram = 0; gram < gramNumberCount; gram++) starts[gram + 1]! += starts[gram]!
  const next = starts.slice(0, gramNumberCount)
  const items = new Uint16Array(starts[gramNumberCount]!)
  for (const [piece, grams] of pieces.entries()) {
    for (const gram of grams) items[next[gram]!++] = piece
    if (piece % piecesAtOnce === 0) await turn()
  }
  return { starts, items }
}

/** Writes the distances; true when they take more than `most` bytes, and then nothing is written. */
function addDistances(list: ReturnType<typeof createByteWriter>, found: Uint16Array, most: number): boolean {
  let last = -1
  for (const piece of found) {
    list.addNumber(piece - last - 1)
    last = piece
    if (list.length > most) {
      list.take()
      return true
    }
  }
  return false
}

function bitsOf(found: Uint16Array, pieces: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(pieces / 8))
  for (const piece of found) bits[piece >> 3]! |= 1 << (piece & 7)
  return bits
}
