import { expect, test } from 'bun:test'
import { queryInstant, queryRange } from '../../../src/modules/metrics/promql/engine'
import { storedSource } from '../../../src/modules/metrics/promql/stored/stored-source'
import { openTables } from '../rollups/rig'

const minute = 60_000
const hour = 60 * minute
const now = Date.parse('2026-11-20T12:20:00Z')
const limits = { points: 1e7, time: 30_000 }

/** Three hours of a gauge and of a counter, a sample of each a minute. */
function filled() {
  const tables = openTables()
  const custom = (metric_name: string, at: number, value: number) => ({
    at,
    value,
    type: 'custom',
    dimensions: { metric_name },
  })
  tables.add(
    Array.from({ length: 200 }, (_, minutes) => minutes).flatMap((minutes) => {
      const at = now - (200 - minutes) * minute
      return [custom('depth', at, Math.floor(at / hour) % 24), custom('jobs_total', at, minutes * 6)]
    }),
  )
  /** As if there were so many metrics that not each can be looked at. */
  const crowd = () => void tables.client.run('update blocks set last_id = first_id + 4000000')
  const instant = (query: string, at = now) => {
    const { result } = queryInstant(storedSource(tables.db, { bounds: [1], now }), query, at, limits)
    return (result as { value: [number, string] }[]).map(({ value }) => Number(value[1]))
  }
  const range = (query: string, step: number) => {
    const asked = { start: now - 3 * hour, end: now, step }
    const { result } = queryRange(storedSource(tables.db, { bounds: [1], now }), query, asked, limits)
    return (result as { values: [number, string][] }[])[0]!.values.map(([, value]) => Number(value))
  }
  return { crowd, instant, range }
}

test('custom metrics are told now and at every step, also where there are too many metrics to look at each', () => {
  const { crowd, instant, range } = filled()
  const raw = [instant('depth'), instant('jobs_total')]
  expect(raw).toEqual([[12], [199 * 6]])
  crowd()
  expect([instant('depth'), instant('jobs_total')]).toEqual(raw)
  // 09:20, 09:40, … lie in hours, 10:00, … end them.
  expect(range('depth', 20 * minute)).toEqual([9, 9, 9, 10, 10, 10, 11, 11, 11, 12])
  expect(instant('depth', now - 23 * minute)).toEqual([11])
  expect(instant('depth', now - 24 * hour)).toEqual([])
})

test('rates of custom counters come from what they grew by in the hour', () => {
  const { crowd, instant, range } = filled()
  const perSecond = 0.1
  expect(instant('rate(jobs_total[5m])')[0]).toBeCloseTo(perSecond, 6)
  crowd()
  for (const query of ['rate(jobs_total[5m])', 'rate(jobs_total[1h])']) {
    const rates = range(query, 10 * minute)
    expect(rates.length).toBeGreaterThan(10)
    // Of the first hour there is nothing to grow from.
    for (const rate of rates.slice(-8)) expect(Math.abs(rate / perSecond - 1)).toBeLessThan(0.15)
  }
})
