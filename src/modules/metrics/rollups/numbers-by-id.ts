/** Numbers from 0 on for ids of rows, most of which lie close together: columns, for they are asked for with every metric. */
export interface NumbersById {
  /** -1 for none. */
  get(id: number): number
  set(id: number, number: number): void
}

/** Ids of one piece; a power of two. */
const pieceSize = 4096

export function createNumbersById(): NumbersById {
  const pieces: Int32Array[] = []
  return {
    get(id) {
      const piece = pieces[Math.floor(id / pieceSize)]
      return piece === undefined ? -1 : piece[id % pieceSize]! - 1
    },
    set(id, number) {
      const place = Math.floor(id / pieceSize)
      pieces[place] ??= new Int32Array(pieceSize)
      // Pieces begin with zeros.
      pieces[place][id % pieceSize] = number + 1
    },
  }
}
