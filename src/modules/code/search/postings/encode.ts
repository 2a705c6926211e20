import { setImmediate as turn } from 'node:timers/promises'
import { gramNumberCount } from '../grams'
import { type ByteWriter, createByteWriter } from './bytes'

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

/** The numbers of each piece's grams: of its text, and of the names that it defines. */
export interface PieceGrams {
  texts: readonly Uint16Array[]
  names: readonly Uint16Array[]
}

/**
 * Turns "which trigrams has this piece" into "which pieces have this trigram", for texts and, behind them in the same row, for names. A list is written as the distances between its pieces, or, where that is
 * shorter, as one bit for every piece of the block. Lets others run in between.
 */
export async function* encodeBuckets(
  { texts, names }: PieceGrams,
  buckets: number,
): AsyncGenerator<Bucket[]> {
  const sides = [await invert(texts), await invert(names)]
  const row = createByteWriter()
  const room = new Uint8Array(Math.ceil(texts.length / 8))
  let rows: Bucket[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (const [side, { starts, items }] of sides.entries())
      for (let gram = bucket; gram < gramNumberCount; gram += buckets) {
        const found = items.subarray(starts[gram], starts[gram + 1])
        if (found.length > 0) writeList(row, (side * gramNumberCount + gram - bucket) / buckets, found, room)
      }
    if (row.length > 0) rows.push({ bucket, postings: row.take() })
    if (rows.length < rowsAtOnce) continue
    yield rows
    rows = []
    await turn()
  }
  if (rows.length > 0) yield rows
}

function writeList(row: ByteWriter, key: number, found: Uint16Array, room: Uint8Array): void {
  const length = writeDistances(room, found)
  const bits = length > room.length
  if (bits) writeBits(room, found)
  row.addNumber(key)
  row.addNumber(bits ? room.length * 2 + 1 : length * 2)
  row.addBytes(bits ? room : room.subarray(0, length))
}

const rowsAtOnce = 256
const piecesAtOnce = 512

/** Pieces by trigram: those of trigram n are `items` from `starts[n]` until `starts[n + 1]`, in order. */
async function invert(pieces: readonly Uint16Array[]) {
  const starts = new Uint32Array(gramNumberCount + 1)
  for (const grams of pieces) for (let at = 0; at < grams.length; at++) starts[grams[at]! + 1]!++
  for (let gram = 0; gram < gramNumberCount; gram++) starts[gram + 1]! += starts[gram]!
  const next = starts.slice(0, gramNumberCount)
  const items = new Uint16Array(starts[gramNumberCount]!)
  for (const [piece, grams] of pieces.entries()) {
    for (let at = 0; at < grams.length; at++) items[next[grams[at]!]!++] = piece
    if (piece % piecesAtOnce === 0) await turn()
  }
  return { starts, items }
}

/** Writes the distances and returns how many bytes they take: beyond the room there is nothing is written, and they may take more. */
function writeDistances(room: Uint8Array, found: Uint16Array): number {
  if (found.length > room.length) return found.length
  let [length, last] = [0, -1]
  for (let at = 0; at < found.length; at++) {
    const piece = found[at]!
    let rest = piece - last - 1
    for (; rest >= 0x80; rest >>>= 7) room[length++] = (rest & 0x7f) | 0x80
    room[length++] = rest
    last = piece
  }
  return length
}

function writeBits(room: Uint8Array, found: Uint16Array): void {
  room.fill(0)
  for (let at = 0; at < found.length; at++) room[found[at]! >> 3]! |= 1 << (found[at]! & 7)
}
