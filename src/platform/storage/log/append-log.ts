import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  unlink,
  write,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../../core/errors'
import type { AppendLog, LogPosition } from '../../../core/local-database'
import { explainDisk } from '../disk-faults'
import { createGroup, type Group } from './group'
import { createGroupLock } from './group-lock'
import { segmentName, segmentsIn } from './segment'

/** Bytes after which a new segment is begun. */
const segmentSize = 64 * 1024 * 1024
/** Bytes from which on a write to the disk takes no further record. */
const enoughAtOnce = 4 * 1024 * 1024

interface Waiting {
  encode(segment: number, room: Group['room']): Uint8Array
  done(position: LogPosition): void
  fail(error: unknown): void
}

/** A record of a group, and where it ends from the group's start. */
interface Taken {
  waiting: Waiting
  end: number
}

interface Segment {
  number: number
  file: number
  /** Bytes that are on disk. */
  size: number
}

/**
 * Opens the log in `folder`, which is made at the first record. Old segments are left to whoever reads them; new records begin a new one. A group is written
 * under a lock that processes share: whoever begins a segment knows that those before it are whole, so who reads on there misses nothing.
 */
export function openAppendLog(folder: string): AppendLog {
  const queue: Waiting[] = []
  const group = createGroup()
  const lock = createGroupLock(`${folder}.lock`)
  let segment: Segment | undefined
  let last = 0
  let running: Promise<void> | undefined
  let closed = false

  const abandon = () => {
    if (!segment) return
    const { file, size } = segment
    segment = undefined
    quietly(() => ftruncateSync(file, size))
    quietly(() => closeSync(file))
  }
  /** `shared`: another process may have begun a segment, behind which nobody would read on in this one. */
  const ready = (shared: boolean) => {
    if (segment && segment.size < segmentSize && !(shared && segment.number < newestIn(folder)))
      return segment
    if (segment) closeSync(segment.file)
    segment = undefined
    const number = Math.max(last, newestIn(folder)) + 1
    segment = begin(folder, number)
    last = number
    return segment
  }
  const writeGroup = async () => {
    let taken: Taken[] | undefined
    try {
      const { file, number, size } = ready(await lock.hold())
      taken = takeGroup(queue, number, group)
      const bytes = group.bytes()
      await writeAll(file, bytes, size)
      segment!.size = size + bytes.length
      for (const { waiting, end } of taken) waiting.done({ segment: number, offset: size + end })
    } catch (error) {
      abandon()
      const why = explainDisk(error)
      const refused = taken ? taken.map(({ waiting }) => waiting) : queue.splice(0)
      for (const { fail } of refused) fail(why)
    } finally {
      lock.rest()
    }
  }
  const drain = async () => {
    while (queue.length > 0) {
      // What else becomes ready in this turn of the event loop shares the write.
      await new Promise((resolve) => setImmediate(resolve))
      await writeGroup()
    }
    running = undefined
  }
  return {
    folder,
    append: (encode) =>
      new Promise((done, fail) => {
        if (closed) throw new AppError('unavailable', 'The server is stopping', { retryAfter: 1 })
        queue.push({ encode, done, fail })
        running ??= drain()
      }),
    position: () => (segment ? { segment: segment.number, offset: segment.size } : endOf(folder)),
    skip(number) {
      last = Math.max(last, number)
    },
    bytesAfter: (from) => bytesAfter(folder, from),
    release: (before) => release(folder, before),
    async close() {
      closed = true
      await running
      lock.close()
      if (segment) closeSync(segment.file)
      segment = undefined
    },
  }
}

/** `O_DSYNC`: a write has returned when the bytes, and what is needed to find them, are on disk. */
const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_DSYNC

function begin(folder: string, number: number): Segment {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (let at = folder; made && at.length >= made.length; at = dirname(at)) syncFolder(dirname(at))
  const file = openSync(join(folder, segmentName(number)), flags, 0o600)
  syncFolder(folder)
  return { number, file, size: 0 }
}

/** A new file or folder is only found after a crash when the folder that it stands in is on disk too. */
function syncFolder(folder: string): void {
  const open = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}

/** Takes from the front of the queue. A record that cannot be encoded fails alone. */
function takeGroup(queue: Waiting[], segment: number, group: Group): Taken[] {
  const records: Taken[] = []
  group.empty()
  let end = 0
  let taken = 0
  while (taken < queue.length && end < enoughAtOnce) {
    const waiting = queue[taken++]!
    try {
      group.add(waiting.encode(segment, group.room))
      end = group.bytes().length
      records.push({ waiting, end })
    } catch (error) {
      waiting.fail(error)
    }
  }
  queue.splice(0, taken)
  return records
}

async function writeAll(file: number, bytes: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += await writeSome(file, bytes, written, at)
  }
}

const writeSome = (file: number, bytes: Uint8Array, from: number, at: number) =>
  new Promise<number>((resolve, reject) => {
    write(file, bytes, from, bytes.length - from, at + from, (error, written) =>
      error ? reject(error) : resolve(written),
    )
  })

const newestIn = (folder: string) => segmentsIn(folder).at(-1) ?? 0

const sizeOf = (folder: string, number: number) =>
  statSync(join(folder, segmentName(number)), { throwIfNoEntry: false })?.size ?? 0

function endOf(folder: string): LogPosition {
  const number = newestIn(folder)
  return { segment: number, offset: number === 0 ? 0 : sizeOf(folder, number) }
}

function bytesAfter(folder: string, { segment, offset }: LogPosition): number {
  let bytes = 0
  for (const number of segmentsIn(folder)) {
    const size = sizeOf(folder, number)
    if (number > segment) bytes += size
    if (number === segment) bytes += Math.max(0, size - offset)
  }
  return bytes
}

function release(folder: string, before: LogPosition): void {
  for (const number of segmentsIn(folder)) {
    // What the system does for a large file would hold the thread for milliseconds. One that stays is released again with those after it.
    if (number < before.segment) unlink(join(folder, segmentName(number)), () => {})
  }
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {}
}
