import { expect } from 'bun:test'
import type { QueryData } from '../../../src/modules/metrics/promql/result'

type Point = [number, string]
interface Listed {
  metric: Record<string, string>
  value?: Point
  values?: Point[]
}

/** The same series with the same numbers, up to what the order of a sum changes; in the same order where that means something. */
export function same(ours: QueryData, theirs: QueryData): void {
  expect(ours.resultType).toBe(theirs.resultType)
  if (ours.resultType === 'string' || ours.resultType === 'scalar') {
    samePoints([ours.result], [theirs.result as Point])
    return
  }
  const sorted = (list: Listed[]) =>
    new Map(list.map((one) => [keyOf(one.metric), one.values ?? [one.value!]]))
  const [mine, wanted] = [sorted(ours.result as Listed[]), sorted(theirs.result as Listed[])]
  expect([...mine.keys()].toSorted()).toEqual([...wanted.keys()].toSorted())
  for (const [key, points] of wanted) samePoints(mine.get(key)!, points)
}

const keyOf = (metric: Record<string, string>) =>
  JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)))

function samePoints(ours: Point[], theirs: Point[]): void {
  expect(ours.map(([time]) => time)).toEqual(theirs.map(([time]) => time))
  for (const [at, [, text]] of theirs.entries()) {
    const mine = ours[at]![1]
    if (mine === text) continue
    const distance = Math.abs(Number(mine) - Number(text))
    if (!(distance <= 1e-9 * Math.max(1e-6, Math.abs(Number(text))))) expect(mine).toBe(text)
  }
}
