import { isAscii } from 'node:buffer'

/** A piece as it is stored. Level 1 is as small as 3 at this length, and quicker. */
export const pack = (text: string): Uint8Array => Bun.zstdCompressSync(text, { level: 1 })

/** The text of a stored piece. */
export const unpack = (content: Uint8Array): string => {
  const bytes = Bun.zstdDecompressSync(content as Uint8Array<ArrayBuffer>)
  // What is ASCII alone needs no decoding.
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    isAscii(bytes) ? 'latin1' : 'utf8',
  )
}
