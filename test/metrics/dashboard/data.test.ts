import { afterAll, expect, test } from 'bun:test'
import { measureOverview, type Overview } from '../../../src/modules/metrics/dashboard/measure'
import { startMetrics } from '../rig'
import { openTables } from '../rollups/rig'
import { fillHour } from './fill'

const rig = await startMetrics()
const admin = await rig.addKey('boss', 'enterprise', ['admin'])
await fillHour(rig)
afterAll(() => rig.close())

const ask = (query: string, key: string | null = admin) =>
  rig.rest('GET', `/dashboard/metrics/data${query}`, undefined, key)
const overview = async (query: string) => (await (await ask(query)).json()) as Overview
const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)

test('steps, totals, tools and services tell the same story', async () => {
  const found = await overview('?range=6h')
  expect(found.totals.calls).toBe(3600)
  const { at, calls_per_second, error_percent } = found.series
  // A step that has just begun is not shown yet.
  expect([120, 121]).toContain(at.length)
  expect(new Set(Object.values(found.series).map((column) => column.length)).size).toBe(1)
  expect(sum(found.services.map(({ calls }) => calls))).toBe(3600)
  expect(found.services.map(({ service }) => service).sort()).toEqual(['auth-server', 'gateway', 'registry'])
  expect(sum(found.tools.map(({ calls }) => calls))).toBe(3000)
  expect(sum(calls_per_second.slice(0, -1)) * 180).toBeGreaterThan(3300)
  expect(Math.max(...error_percent.map((value) => value ?? 0))).toBeGreaterThan(10)
  const { p50_ms, p95_ms, p99_ms } = found.totals
  expect(p50_ms!).toBeGreaterThan(7)
  expect(p95_ms!).toBeGreaterThan(p50_ms!)
  expect(p99_ms!).toBeGreaterThan(p95_ms!)
})

test('a type and a service narrow it; the choice of services stays', async () => {
  const found = await overview('?range=6h&type=auth_request&service=auth-server')
  expect(found.totals.calls).toBe(600)
  expect(found.tools).toEqual([])
  expect((await overview('?range=6h&service=gateway')).services).toHaveLength(3)
  expect((await overview('?range=6h&service=nobody')).totals).toMatchObject({ calls: 0, p50_ms: null })
})

test('what is no request is not counted as one', async () => {
  await rig.post({
    service: 'auth-server',
    metrics: [
      { type: 'custom', value: 1 },
      { type: 'protocol_latency', value: 1 },
    ],
  })
  expect((await overview('?range=6h')).totals.calls).toBe(3600)
})

test.each(['15m', '1h', '24h', '7d', '30d'])('%s is answered', async (range) => {
  const { totals, series, source } = await overview(`?range=${range}`)
  expect(totals.calls).toBeGreaterThan(0)
  expect(series.at.length).toBeGreaterThan(50)
  expect(['raw', 'hour', 'day']).toContain(source)
})

test('all numbers are about the same time, also where there are too many metrics to look at each for long', () => {
  const tables = openTables()
  const end = Date.parse('2026-11-21T12:40:00Z')
  const call = (ago: number) => ({
    at: end - ago * 60_000,
    value: 1,
    duration: 5,
    dimensions: { tool_name: 'search' },
  })
  tables.add([call(20), call(80), call(90)])
  const between = 1_000_000 - 4
  const ask = (rows: number) => {
    // Blocks say how many rows there are to look at.
    tables.client.run(`update blocks set last_id = first_id + ${rows - 1}`)
    const question = { from: end - 3_600_000, to: end + 1, step: 30_000, type: undefined, service: undefined }
    const { source, totals, tools, services, seconds } = measureOverview(tables.db, question)
    return [source, totals.calls, tools[0]!.calls, services[0]!.calls, Math.round(seconds)]
  }
  expect(ask(3)).toEqual(['raw', 1, 1, 1, 3600])
  expect(ask(between)).toEqual(['raw', 1, 1, 1, 3600])
  expect(ask(10 * between)).toEqual(['hour', 3, 3, 3, 6000])
})

test('only an admin key sees it', async () => {
  expect((await ask('', null)).status).toBe(401)
  expect((await ask('', rig.key)).status).toBe(403)
  expect((await ask('', rig.ingestKey)).status).toBe(403)
  expect((await ask('', await rig.addKey('viewer', 'free', ['metrics:admin']))).status).toBe(200)
})

test('a range or type that is none is named', async () => {
  const response = await ask('?range=2y')
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('/range must be one of 15m')
  expect((await ask('?type=custom')).status).toBe(422)
})
