/** Pieces are about this long (UTF-16 units); a longer line is a longer piece. */
const pieceLength = 4096

/** A piece of a text. */
export interface Chunk {
  /** From 1. */
  firstLine: number
  text: string
}

/** Chunks of a text have numbers from `blob * 1024`. A text of 1 MB has at most 513: two neighbours are longer than a piece together. */
export const chunksPerBlob = 1024

/** Cuts a text between lines; the pieces joined are the text. */
export function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = []
  let [start, line] = [0, 1]
  let [end, lines] = [0, 0]
  while (end < text.length) {
    const feed = text.indexOf('\n', end)
    const next = feed < 0 ? text.length : feed + 1
    if (end > start && next - start > pieceLength) {
      chunks.push({ firstLine: line, text: text.slice(start, end) })
      line += lines
      ;[start, lines] = [end, 0]
    }
    end = next
    lines++
  }
  if (end > start) chunks.push({ firstLine: line, text: text.slice(start, end) })
  return chunks
}
