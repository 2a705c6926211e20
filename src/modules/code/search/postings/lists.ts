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
    found = list.bits ? withBits(list, found) : withDistances(list, found)
  }
  return found
}

const piecesOf = (list: List): number[] => (list.bits ? fromBits(list) : fromDistances(list))

function fromBits({ bytes, start, end }: List): number[] {
  const pieces: number[] = []
  for (let at = start; at < end; at++)
    for (let byte = bytes[at]!, piece = (at - start) * 8; byte > 0; byte >>= 1, piece++)
      if (byte & 1) pieces.push(piece)
  return pieces
}

function fromDistances({ bytes, start, end }: List): number[] {
  const pieces: number[] = []
  const reader = readBytes(bytes, start, end)
  for (let piece = -1; reader.at < end; ) {
    piece += reader.number() + 1
    pieces.push(piece)
  }
  return pieces
}

const withBits = ({ bytes, start }: List, pieces: readonly number[]) =>
  pieces.filter((piece) => (bytes[start + (piece >> 3)]! & (1 << (piece & 7))) !== 0)

function withDistances({ bytes, start, end }: List, pieces: readonly number[]): number[] {
  const both: number[] = []
  const reader = readBytes(bytes, start, end)
  let next = 0
  for (let piece = -1; next < pieces.length && reader.at < end; ) {
    piece += reader.number() + 1
    while (next < pieces.length && pieces[next]! < piece) next++
    if (pieces[next] === piece) both.push(piece)
  }
  return both
}
