import { expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  accuracy,
  addingBetween,
  addToSketch,
  createSketchMerging,
  encodeSketch,
  keyOf,
  mergeEncoded,
  mergeSketch,
  newSketch,
  rankOf,
  valueAtRank,
} from '../../../src/modules/metrics/rollups/sketch'
import { addToSummary, newSummary, quantile } from '../../../src/modules/metrics/rollups/summary'

const number = fc.oneof(
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.double({ min: 1e-6, max: 1e5, noNaN: true }),
  fc.constantFrom(0, 1, -1, 1e12, -1e12, 1e300, 5e-324),
)
const numbers = fc.array(number, { minLength: 1, maxLength: 300 })
const sketchOf = (values: number[]) => {
  const sketch = newSketch()
  for (const value of values) addToSketch(sketch, value)
  return sketch
}
const sorted = (sketch: Map<number, number>) => [...sketch].toSorted(([a], [b]) => a - b)

test('every quantile is within the accuracy of the true one', () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const ranked = Float64Array.from(values).sort()
      const exact = ranked.find((_, at) => (at + 1) / ranked.length >= q)!
      const told = valueAtRank(sketchOf(values), rankOf(q, values.length))!
      expect(Math.abs(told - exact)).toBeLessThanOrEqual(Math.max(1e-9, accuracy * 1.0001 * Math.abs(exact)))
    }),
    { numRuns: 500 },
  )
})

test('a quantile is the least value that so many of all do not exceed', () => {
  const tell = (values: number[]) => {
    const summary = newSummary()
    for (const value of values) addToSummary(summary, value)
    return [0.5, 0.95, 0.99].map((q) => quantile(summary, q))
  }
  expect(tell([])).toEqual([null, null, null])
  expect(tell([7])).toEqual([7, 7, 7])
  expect(tell([10, 1000])).toEqual([10, 1000, 1000])
  // The third of five lies between others: within the accuracy. The first and the last are exact.
  const [p50, p95, p99] = tell([1, 2, 50, 300, 9000])
  expect(p50! / 50).toBeWithin(1 - accuracy, 1 + accuracy)
  expect([p95, p99]).toEqual([9000, 9000])
  expect(rankOf(0.95, 20)).toBe(19)
  expect(rankOf(0.95, 21)).toBe(20)
  expect(rankOf(0.07, 100)).toBe(7)
  expect(rankOf(0, 5)).toBe(1)
})

test('the sketches of parts come to the sketch of the whole, in memory and as bytes', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const whole = sorted(sketchOf([...a, ...b]))
      const merged = sketchOf(a)
      mergeSketch(merged, sketchOf(b))
      expect(sorted(merged)).toEqual(whole)
      const decoded = newSketch()
      for (const part of [a, b]) mergeEncoded(decoded, encodeSketch(sketchOf(part)))
      expect(sorted(decoded)).toEqual(whole)
      const together = sketchOf(a)
      const other = newSketch()
      const merging = createSketchMerging()
      for (const into of [together, other, other, together]) merging.add(into, encodeSketch(sketchOf(b)))
      merging.end()
      expect(sorted(together)).toEqual(sorted(sketchOf([...a, ...b, ...b])))
      expect(sorted(other)).toEqual(sorted(sketchOf([...b, ...b])))
    }),
  )
})

test('large counts survive as bytes', () => {
  const sketch = new Map([
    [5, 2 ** 40 + 3],
    [-7, 127],
    [0, 128],
    [keyOf(Number.MAX_VALUE), 1],
    [keyOf(-Number.MAX_VALUE), 16_384],
  ])
  const merging = createSketchMerging()
  for (const add of [mergeEncoded, merging.add]) {
    const decoded = newSketch()
    add(decoded, encodeSketch(sketch))
    merging.end()
    expect(sorted(decoded)).toEqual(sorted(sketch))
  }
})

test('what is at most a bound is counted up to the accuracy', () => {
  const bytes = encodeSketch(sketchOf([-5, 0, 10, 20, 30]))
  const between = new Float64Array(6)
  addingBetween(Int32Array.from([-6, -1, 0, 9, 11, 25], keyOf))(between, bytes)
  expect([...between]).toEqual([0, 1, 1, 0, 1, 1])
})

test('a thousand latencies take less than a kilobyte, and a constant a few bytes', () => {
  const latencies = Array.from({ length: 1000 }, (_, at) => 5 * 1.005 ** at)
  expect(encodeSketch(sketchOf(latencies)).length).toBeLessThan(1024)
  expect(encodeSketch(sketchOf(Array(100_000).fill(1))).length).toBeLessThan(8)
  expect(valueAtRank(newSketch(), 1)).toBeUndefined()
})
