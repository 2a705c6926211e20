import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { LogPosition } from '../../../core/local-database'
import { headSize, segmentName, segmentsIn } from './segment'

export interface LoggedRecord {
  /** Good until the next is asked for. Null for one that is damaged: its bytes are not those that were written, while the record behind it is whole. */
  record: Uint8Array | null
  /** Where the next one begins. */
  next: LogPosition
}

/** Bytes read from disk at once, into the same memory each time; a larger record is read alone. */
const chunkSize = 256 * 1024

/**
 * Records from `from` on, in order, up to `until`. A segment ends at its first record that is torn: what came after it was never
 * acknowledged.
 */
export function* readLog(folder: string, from: LogPosition, until?: LogPosition): Generator<LoggedRecord> {
  for (const number of segmentsIn(folder)) {
    if (number < from.segment || (until && number > until.segment)) continue
    const start = number === from.segment ? from.offset : 0
    const end = until && number === until.segment ? until.offset : undefined
    yield* readSegment(join(folder, segmentName(number)), number, start, end)
  }
}

function* readSegment(path: string, segment: number, start: number, end?: number): Generator<LoggedRecord> {
  const file = openSync(path, 'r')
  const chunk = Buffer.allocUnsafeSlow(chunkSize)
  try {
    const size = Math.min(end ?? Number.POSITIVE_INFINITY, fstatSync(file).size)
    let offset = start
    while (offset + headSize <= size) {
      const bytes = readAt(file, offset, Math.min(size - offset, wantedSize(file, offset)), chunk)
      const before = offset
      for (const record of wholeRecords(bytes)) {
        offset += headSize + record.length
        yield { record, next: { segment, offset } }
      }
      if (offset > before) continue
      offset = behindDamage(file, offset, size)
      if (offset === before) return
      yield { record: null, next: { segment, offset } }
    }
  } finally {
    closeSync(file)
  }
}

/**
 * Where the next whole record begins when the one at `offset` is damaged but for its length; `offset` itself for a record that is torn, which has none behind
 * it.
 */
function behindDamage(file: number, offset: number, size: number): number {
  const next = offset + headSize + readAt(file, offset, headSize).readUInt32LE(0)
  if (next + headSize > size) return offset
  const [whole] = wholeRecords(readAt(file, next, Math.min(size - next, wantedSize(file, next))))
  return whole ? next : offset
}

/** At least the whole next record. */
function wantedSize(file: number, offset: number): number {
  const head = readAt(file, offset, headSize)
  return Math.max(chunkSize, headSize + (head.length === headSize ? head.readUInt32LE(0) : 0))
}

/** Into `room` where it is large enough. */
function readAt(file: number, offset: number, size: number, room?: Buffer): Buffer {
  const bytes = room && room.length >= size ? room : Buffer.allocUnsafe(size)
  let got = 0
  while (got < size) {
    const read = readSync(file, bytes, got, size - got, offset + got)
    if (read === 0) break
    got += read
  }
  return bytes.subarray(0, got)
}

function* wholeRecords(bytes: Buffer): Generator<Uint8Array> {
  for (let offset = 0; offset + headSize <= bytes.length; ) {
    const end = offset + headSize + bytes.readUInt32LE(offset)
    if (end > bytes.length) return
    const record = bytes.subarray(offset + headSize, end)
    if (Bun.hash.crc32(record) !== bytes.readUInt32LE(offset + 4)) return
    yield record
    offset = end
  }
}
