import { headSize } from './segment'

/** Records that are written together: one behind the other, in a buffer that every group uses again. */
export interface Group {
  /** Room for a record of at most so many bytes; void once more is asked for, or a record was added. */
  room(most: number): Uint8Array
  /** Adds a record with its head before it. One that begins in the room stays where it is, any other is copied there. */
  add(record: Uint8Array): void
  /** What was added since it was emptied; changes with the next record. */
  bytes(): Uint8Array
  empty(): void
}

const usual = 256 * 1024
/** A buffer that has become larger is not kept. */
const mostKept = 8 * 1024 * 1024

export function createGroup(): Group {
  let buffer = Buffer.allocUnsafeSlow(usual)
  let size = 0
  const room = (most: number) => {
    const start = size + headSize
    if (start + most > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (start + most))
      buffer.copy(larger, 0, 0, size)
      buffer = larger
    }
    return buffer.subarray(start, start + most)
  }
  return {
    room,
    add(record) {
      if (record.buffer !== buffer.buffer) room(record.length).set(record)
      buffer.writeUInt32LE(record.length, size)
      buffer.writeUInt32LE(Bun.hash.crc32(record), size + 4)
      size += headSize + record.length
    },
    bytes: () => buffer.subarray(0, size),
    empty() {
      size = 0
      if (buffer.length > mostKept) buffer = Buffer.allocUnsafeSlow(usual)
    },
  }
}
