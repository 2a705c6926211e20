import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { noteArrival } from '../../src/core/turn'
import { openSqliteStore } from '../../src/platform/limits/sqlite-store'
import type { Span, Taken } from '../../src/platform/limits/store'
import { start } from './kit/agreement'
import { temporaryFolder } from './kit/folder'

const windows = (burst: number, hour: number): Span[] => [
  { name: 'burst', seconds: 10, limit: burst },
  { name: 'hour', seconds: 3600, limit: hour },
]

/** A busy server's store: what is asked in one turn is counted together. */
function open() {
  const folder = temporaryFolder()
  const clock = { now: start }
  const store = openSqliteStore(join(folder.path, 'limits.db'), () => clock.now)
  return {
    clock,
    async take(...asks: [owner: string, cost: number, spans: Span[]][]): Promise<Taken[]> {
      noteArrival()
      await new Promise(setImmediate)
      noteArrival()
      return Promise.all(asks.map(([owner, cost, spans]) => store.take({ owner, cost, spans })))
    },
    async [Symbol.asyncDispose]() {
      await store.close()
      folder[Symbol.dispose]()
    },
  }
}

const told = (answers: Taken[]) => answers.map(({ admitted, used }) => [admitted, ...used])

test('calls of one owner are told what the last of them used, refused ones what there was', async () => {
  await using store = open()
  const plan = windows(5, 100)
  const answers = await store.take(['a', 1, plan], ['a', 2, plan], ['b', 1, plan], ['a', 1, plan])
  expect(told(answers)).toEqual([
    [true, 4, 4],
    [true, 4, 4],
    [true, 1, 1],
    [true, 4, 4],
  ])
  store.clock.now += 1000
  const more = await store.take(['a', 2, plan], ['a', 1, plan], ['a', 1, plan], ['a', 0, plan])
  expect(told(more)).toEqual([
    [false, 4, 4],
    [true, 5, 5],
    [false, 5, 5],
    [true, 5, 5],
  ])
  expect(more[0]!.freeAt).toBe(start + 10_000)
})

test('keys of one owner with limits of their own are held by what all of them used', async () => {
  await using store = open()
  const wide = windows(6, 100)
  const hourly: Span[] = [{ name: 'hour', seconds: 3600, limit: 5 }]
  await store.take(['a', 2, wide])
  store.clock.now += 10_000
  const answers = await store.take(
    ['a', 1, wide],
    ['a', 1, hourly],
    ['a', 1, hourly],
    ['a', 1, hourly],
    ['a', 2, wide],
    ['a', 1, wide],
    ['a', 1, wide],
  )
  expect(answers.map(({ admitted }) => admitted)).toEqual([true, true, true, false, true, true, false])
  store.clock.now += 500
  expect(told(await store.take(['a', 0, wide]))).toEqual([[true, 6, 8]])
})

test('of many calls in one turn the limit is admitted exactly, over a change of the second too', async () => {
  await using store = open()
  const plan = windows(50, 70)
  for (const [seconds, admitted, used] of [
    [0, 50, 50],
    [1, 0, 50],
    [10, 20, 20],
    [20, 0, 0],
  ] as const) {
    store.clock.now = start + seconds * 1000
    const answers = await store.take(
      ...Array.from({ length: 60 }, () => ['a', 1, plan] as [string, number, Span[]]),
    )
    expect(answers.filter((answer) => answer.admitted)).toHaveLength(admitted)
    expect(answers.at(-1)!.used[0]).toBe(used)
  }
})
