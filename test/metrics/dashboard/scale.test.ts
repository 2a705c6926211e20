import { expect, test } from 'bun:test'
import { join } from 'node:path'

// The page's own file, as a browser loads it.
const file = join(import.meta.dir, '../../../src/modules/metrics/dashboard/page/scale.mjs')
const { isolatedIn, marksTo } = (await import(file)) as {
  isolatedIn: (column: (number | null)[]) => number[]
  marksTo: (most: number | null) => number[]
}

test.each([
  [[], []],
  [[7], [0]],
  [[null, null], []],
  [[1, 2, 3], []],
  [
    [null, 5, null, 6, 7, null, 8],
    [1, 6],
  ],
  [
    [0, null, 0],
    [0, 2],
  ],
  [[0, 0, null], []],
])('of %j those at %j have no neighbour', (column, isolated) => {
  expect(isolatedIn(column)).toEqual(isolated)
})

test.each([
  [33.3, [0, 10, 20, 30, 40]],
  [100, [0, 20, 40, 60, 80, 100]],
  [12, [0, 5, 10, 15]],
  [5, [0, 1, 2, 3, 4, 5]],
  [1040, [0, 500, 1000, 1500]],
  [0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [null, [0, 0.2, 0.4, 0.6, 0.8, 1]],
])('an axis for %j has marks up to its last one', (most, marks) => {
  expect(marksTo(most).map((mark) => Number(mark.toFixed(9)))).toEqual(marks)
})

test('every axis holds its values, wastes less than half, and stays as it is when it is asked again', () => {
  for (let most = 0.0001; most < 1e7; most *= 1.037) {
    const top = marksTo(most).at(-1)!
    expect(top * (1 + 1e-8)).toBeGreaterThanOrEqual(most)
    expect(top).toBeLessThan(most * 2)
    expect(marksTo(most).length).toBeLessThanOrEqual(6)
    expect(marksTo(top)).toEqual(marksTo(most))
  }
})
