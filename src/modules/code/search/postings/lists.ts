import { readBytes } from './bytes'

/** Where the pieces of one trigram stand in a row. */
export interface List {
  bytes: Uint8Array
  start: number
  end: number
  /** One bit a piece instead of distances. */
  bits: boolean
}

/** The list of a trigram in the row of its bucket; undefined when no piece of the block has it. */
export function findList(row: Uint8Array, gram: number, buckets: number): List | undefined {
  const wanted = Math.floor(gram / buckets)
  for (const reader = readBytes(row); reader.at < reader.end; ) {
    const key = reader.number()
    const size = reader.number()
    const start = reader.at
    const end = start + (size >> 1)
    if (key === wanted) return { bytes: row, start, end, bits: (size & 1) === 1 }
    if (key > wanted) return undefined
    reader.at = end
  }
  return undefined
}

/** Pieces that stand in all of these lists, in order. */
export function commonPieces(lists: readonly List[]): number[] {
  const [first, ...rest] = lists.toSorted((a, b) => a.end - a.start - (b.end - b.start))
  let found = first ? piecesOf(first) : []
  for (const list of rest) {
    if (found.length === 0) return found
    found = list.bits ? found.filter((piece) => hasBit(list, piece)) : inBoth(found, piecesOf(list))
  }
  return found
}

const hasBit = ({ bytes, start }: List, piece: number) =>
  (bytes[start + (piece >> 3)]! & (1 << (piece & 7))) !== 0

function piecesOf(list: List): number[] {
  return list.bits ? fromBits(list) : fromDistances(list)
}

function fromBits(list: List): number[] {
  const pieces: number[] = []
  const count = (list.end - list.start) * 8
  for (let piece = 0; piece < count; piece++) if (hasBit(list, piece)) pieces.push(piece)
  return pieces
}

function fromDistances({ bytes, start, end }: List): number[] {
  const pieces: number[] = []
  const reader = readBytes(bytes, start, end)
  for (let last = -1; reader.at < end; ) {
    last += reader.number() + 1
    pieces.push(last)
  }
  return pieces
}

function inBoth(left: number[], right: number[]): number[] {
  const both: number[] = []
  let at = 0
  for (const piece of left) {
    while (at < right.length && right[at]! < piece) at++
    if (right[at] === piece) both.push(piece)
  }
  return both
}
