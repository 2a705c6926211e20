import { chunksPerBlob } from '../chunks'
import { createByteWriter, readBytes } from './bytes'

/** Which texts a block holds: each with its number and how many pieces it has. */
export interface Held {
  blob: number
  pieces: number
}

/** Begins a layout. The first format had none: its layouts begin with 0, the distance of the first text from itself, and its blocks do not know what stands in names. */
const format = 1

/** Writes which texts stand in a block, in order. */
export function encodeLayout(first: number, texts: readonly Held[]): Uint8Array {
  const writer = createByteWriter(texts.length * 2 + 16)
  writer.addNumber(format)
  let last = first
  for (const { blob, pieces } of texts) {
    writer.addNumber(blob - last)
    writer.addNumber(pieces)
    last = blob
  }
  return writer.take()
}

/** The numbers of pieces that stand at these places of a block; the places in order. */
export function chunksAt(first: number, layout: Uint8Array, places: readonly number[]): number[] {
  const chunks: number[] = []
  const reader = readBytes(layout, layout[0] === 0 ? 0 : 1)
  let [blob, start, next] = [first, 0, 0]
  while (next < places.length && reader.at < reader.end) {
    blob += reader.number()
    const pieces = reader.number()
    for (; next < places.length && places[next]! < start + pieces; next++)
      chunks.push(blob * chunksPerBlob + places[next]! - start)
    start += pieces
  }
  return chunks
}
