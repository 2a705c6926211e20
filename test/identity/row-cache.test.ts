import { expect, test } from 'bun:test'
import { createRowCache } from '../../src/platform/identity/row-cache'
import { createClock } from './rig'

/** A cache over rows that the test changes, with every query counted and answered when the test says so. */
function open(options: { size?: number } = {}) {
  const clock = createClock()
  const rows = new Map<string, { id: string; version: number }>()
  const waiting: (() => void)[] = []
  let queries = 0
  let held = false
  const cache = createRowCache({
    async read(id) {
      queries++
      const row = rows.get(id)
      if (held) await new Promise<void>((resolve) => waiting.push(resolve))
      return row
    },
    now: clock,
    timeToLive: 4000,
    size: options.size ?? 100,
  })
  const release = () => {
    held = false
    for (const go of waiting.splice(0)) go()
  }
  const hold = () => {
    held = true
  }
  return { cache, rows, clock, hold, release, queries: () => queries }
}

test('a row is remembered until its time is over', async () => {
  const { cache, rows, clock } = open()
  rows.set('a', { id: 'a', version: 1 })
  expect(cache.peek('a')).toBeUndefined()
  await cache.load('a')
  clock.advance(3999)
  expect(cache.peek('a')?.version).toBe(1)
  await Bun.sleep(0)
  clock.advance(4000)
  expect(cache.peek('a')).toBeUndefined()
})

test('a row counts from when its query began, not from when it was answered', async () => {
  const { cache, rows, clock, hold, release } = open()
  rows.set('a', { id: 'a', version: 1 })
  hold()
  const loading = cache.load('a')
  clock.advance(4000)
  release()
  expect((await loading)?.version).toBe(1)
  expect(cache.peek('a')).toBeUndefined()
})

test('a clock that was set back makes a row old', async () => {
  const { cache, rows, clock } = open()
  rows.set('a', { id: 'a', version: 1 })
  await cache.load('a')
  clock.advance(-1)
  expect(cache.peek('a')).toBeUndefined()
})

test('a row in use is read again behind the answer', async () => {
  const { cache, rows, clock } = open()
  rows.set('a', { id: 'a', version: 1 })
  await cache.load('a')
  rows.set('a', { id: 'a', version: 2 })
  clock.advance(2001)
  expect(cache.peek('a')?.version).toBe(1)
  await Bun.sleep(0)
  expect(cache.peek('a')?.version).toBe(2)
  clock.advance(1999)
  expect(cache.peek('a')?.version).toBe(2)
})

test('requests at the same time share one query', async () => {
  const { cache, rows, queries } = open()
  rows.set('a', { id: 'a', version: 1 })
  const answers = await Promise.all([cache.load('a'), cache.load('a'), cache.load('a')])
  expect(answers.map((row) => row?.version)).toEqual([1, 1, 1])
  expect(queries()).toBe(1)
})

test('what was read before a change is neither joined nor kept after it', async () => {
  const { cache, rows, hold, release } = open()
  rows.set('a', { id: 'a', version: 1 })
  hold()
  const before = cache.load('a')
  rows.set('a', { id: 'a', version: 2 })
  cache.forget((row) => row.id === 'a')
  release()
  const after = cache.load('a')
  expect((await before)?.version).toBe(1)
  expect((await after)?.version).toBe(2)
  expect(cache.peek('a')?.version).toBe(2)
})

test('rows that do not exist, or no longer do, are not remembered', async () => {
  const { cache, rows, queries } = open()
  await cache.load('a')
  await cache.load('a')
  expect(queries()).toBe(2)
  rows.set('a', { id: 'a', version: 1 })
  await cache.load('a')
  rows.delete('a')
  await cache.load('a')
  expect(cache.peek('a')).toBeUndefined()
})

test('a failed query is not remembered', async () => {
  let failing = true
  const read = async () => {
    if (failing) throw new Error('down')
    return { id: 'a' }
  }
  const cache = createRowCache({ read, now: Date.now, timeToLive: 4000, size: 10 })
  await expect(cache.load('a')).rejects.toThrow('down')
  failing = false
  expect(await cache.load('a')).toEqual({ id: 'a' })
})

test('no more rows than its size are kept', async () => {
  const { cache, rows } = open({ size: 10 })
  for (let row = 0; row < 1000; row++) {
    rows.set(`${row}`, { id: `${row}`, version: 1 })
    await cache.load(`${row}`)
    await cache.load(`unknown-${row}`)
  }
  const kept = [...rows.keys()].filter((id) => cache.peek(id))
  expect(kept).toEqual([...Array(10)].map((_, index) => `${990 + index}`))
})
