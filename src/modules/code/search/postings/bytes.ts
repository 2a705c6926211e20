/** Bytes that grow as numbers are put behind each other; each number, below 2^28, takes as few as it needs (LEB128). */
export interface ByteWriter {
  readonly length: number
  addNumber(value: number): void
  addBytes(bytes: Uint8Array): void
  /** A copy of what was written; the writer is empty afterwards. */
  take(): Uint8Array
}

export function createByteWriter(size = 4096): ByteWriter {
  let bytes = new Uint8Array(size)
  let length = 0
  const makeRoom = (more: number) => {
    if (length + more <= bytes.length) return
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + more))
    larger.set(bytes.subarray(0, length))
    bytes = larger
  }
  return {
    get length() {
      return length
    },
    addNumber(value) {
      makeRoom(8)
      let rest = value
      for (; rest >= 0x80; rest >>>= 7) bytes[length++] = (rest & 0x7f) | 0x80
      bytes[length++] = rest
    },
    addBytes(more) {
      makeRoom(more.length)
      bytes.set(more, length)
      length += more.length
    },
    take() {
      const taken = bytes.slice(0, length)
      length = 0
      return taken
    },
  }
}

/** Reads numbers below 2^28 from a place on. */
export interface ByteReader {
  at: number
  readonly end: number
  number(): number
}

export function readBytes(bytes: Uint8Array, from = 0, end = bytes.length): ByteReader {
  const reader = {
    at: from,
    end,
    number() {
      let byte = bytes[reader.at++]!
      let value = byte & 0x7f
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[reader.at++]!
        value |= (byte & 0x7f) << shift
      }
      return value
    },
  }
  return reader
}
