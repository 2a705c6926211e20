import { afterEach, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { AppError } from '../../src/core/errors'
import type { LocalDatabase } from '../../src/core/local-database'
import { openLocal, shortCall } from '../../src/platform/storage/local/open'
import { emptyFolder } from '../kit/folder'

let db: LocalDatabase
let threads: number
const gates: Int32Array[] = []

beforeEach(() => {
  threads = 0
  const spawn = () => {
    threads++
    return new Worker(new URL('./lane-thread.ts', import.meta.url).href)
  }
  db = openLocal({ path: join(emptyFolder(), 'notes.db'), options: {}, spawn })
})

afterEach(async () => {
  for (const gate of gates.splice(0)) open(gate)
  await db.close()
})

/** What a call waits for, until it is opened. */
function gate(): { buffer: SharedArrayBuffer; open(): void } {
  const flag = new Int32Array(new SharedArrayBuffer(4))
  gates.push(flag)
  return { buffer: flag.buffer as SharedArrayBuffer, open: () => open(flag) }
}

function open(flag: Int32Array) {
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
}

test('short calls and writes are answered while as many long ones as may run are not', async () => {
  const held = gate()
  let ended = 0
  const long = [1, 2, 3].map(() => db.read('holdLong', held.buffer).finally(() => ended++))
  for (let at = 1; at <= 20; at++) {
    expect(await db.write<number>('add')).toBe(at)
    expect(await db.read<number>('count')).toBe(at)
  }
  expect(ended).toBe(0)
  held.open()
  expect(await Promise.all(long)).toEqual(['long', 'long', 'long'])
})

test('a call is moved by the rows that it has read, and gives the whole answer', async () => {
  expect(await db.read<number>('rows', shortCall - 1)).toBe(shortCall - 1)
  expect(threads).toBe(2)
  expect(await db.read<number>('rows', shortCall + 1)).toBe(shortCall + 1)
  expect(
    await db.rows(
      'with recursive n(i) as (select 1 union all select i + 1 from n where i < 2) select i from n',
    ),
  ).toHaveLength(2)
  expect(threads).toBe(3)
})

test('more long calls than may wait are refused, and say when to come again', async () => {
  const held = gate()
  const calls = Array.from({ length: 36 }, () => db.read('holdLong', held.buffer).catch((error) => error))
  const refused = await Promise.race(calls)
  expect(refused).toBeInstanceOf(AppError)
  expect(refused).toMatchObject({ kind: 'unavailable', code: 'too_many_queries', retryAfter: 5 })
  expect(await db.read<string>('echo', 'still here')).toBe('still here')
  held.open()
  const answers = await Promise.all(calls)
  expect(answers.filter((answer) => answer === 'long')).toHaveLength(34)
  expect(answers.filter((answer) => answer instanceof AppError)).toHaveLength(2)
})

test('what is urgent is answered while a short call is not', async () => {
  const held = gate()
  const first = db.read('holdShort', held.buffer)
  expect(await db.read<string>('echo', 'ingest', { urgent: true })).toBe('ingest')
  held.open()
  await first
})

test('closing lets what runs and waits end', async () => {
  const held = gate()
  const calls = [1, 2, 3, 4].map(() => db.read('holdLong', held.buffer))
  const writes = db.write<number>('add')
  await writes
  await db.read('echo', 'after all of them were begun')
  const closed = db.close()
  await expect(db.read('echo', 'late')).rejects.toThrow('closed')
  held.open()
  expect(await Promise.all(calls)).toEqual(['long', 'long', 'long', 'long'])
  await closed
})

test('what was written is moved into the file while the writing thread is at something else, once it is much', async () => {
  const checkpoints = db.openCheckpoints()
  const held = gate()
  await db.write('leavePages', 100)
  await checkpoints.move()
  expect(await db.write<number>('pagesLeft')).toBeGreaterThan(100)
  await db.write('leavePages', 200)
  const writing = db.write('hold', held.buffer)
  await checkpoints.move()
  held.open()
  await writing
  expect(await db.write<number>('pagesLeft')).toBe(0)
  await checkpoints.close()
})
