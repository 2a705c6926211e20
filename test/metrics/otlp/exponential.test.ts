import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Bucket, toCumulative } from '../../../src/modules/metrics/translate/exponential'

const nothing = { zeroCount: 0, zeroThreshold: 0, positive: [], negative: [] }

/** The histogram that an SDK would make of values above 0 at a scale. */
function histogramOf(values: number[], scale: number): Bucket[] {
  const counts = new Map<number, number>()
  for (const value of values) {
    const index = Math.ceil(Math.log2(value) * 2 ** scale) - 1
    counts.set(index, (counts.get(index) ?? 0) + 1)
  }
  return [...counts].map(([index, count]) => ({ index, count }))
}

test('bounds are powers of the base, counts add up', () => {
  const positive = [
    { index: -1, count: 2 },
    { index: 1, count: 3 },
  ]
  expect(toCumulative({ ...nothing, scale: 0, positive })).toEqual([
    { bound: 1, count: 2 },
    { bound: 2, count: 2 },
    { bound: 4, count: 5 },
  ])
})

test('zero and negative values stand below', () => {
  const negative = [{ index: 0, count: 4 }]
  const positive = [{ index: 0, count: 1 }]
  expect(toCumulative({ scale: 0, zeroCount: 2, zeroThreshold: 0.5, positive, negative })).toEqual([
    { bound: -1, count: 4 },
    { bound: 0.5, count: 6 },
    { bound: 2, count: 7 },
  ])
})

test('every count is the number of values at or below its bound, in at most twenty buckets', () => {
  const values = fc.array(fc.double({ min: 0.0001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(values, fc.integer({ min: -2, max: 6 }), (sample, scale) => {
      const found = toCumulative({ ...nothing, scale, positive: histogramOf(sample, scale) })
      expect(found.length).toBeLessThanOrEqual(20)
      expect(found.at(-1)!.count).toBe(sample.length)
      for (const { bound, count } of found) {
        // A value on a bound may lie on either side of it: powers are rounded.
        const below = sample.filter((value) => value <= bound * (1 - 1e-9)).length
        const upTo = sample.filter((value) => value <= bound * (1 + 1e-9)).length
        expect(count).toBeGreaterThanOrEqual(below)
        expect(count).toBeLessThanOrEqual(upTo)
      }
    }),
  )
})

test('bounds that no number can hold are left out, and distant buckets do not cost memory', () => {
  const positive = [
    { index: -2_000_000_000, count: 1 },
    { index: 2_000_000_000, count: 1 },
  ]
  const found = toCumulative({ ...nothing, scale: 0, positive })
  expect(found.length).toBeLessThanOrEqual(20)
  expect(found.every(({ bound }) => Number.isFinite(bound))).toBe(true)
})
