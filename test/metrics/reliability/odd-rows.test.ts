import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeBatch } from '../../../src/modules/metrics/ingest/record'
import { createSeriesNumbers } from '../../../src/modules/metrics/ingest/series-numbers'
import { openAppendLog } from '../../../src/platform/storage/log/append-log'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

const series = '["auth-server",null,null,"custom",{}]'

test('a row that no table takes goes to the dead letters and blocks nothing', async () => {
  const folder = emptyFolder()
  const log = openAppendLog(join(folder, 'metrics.db-log'))
  const numbers = createSeriesNumbers()
  const batch = (requestId: string, value: number[]) => () =>
    encodeBatch(
      {
        requestId,
        receivedAt: Date.now(),
        series: [series],
        seriesOf: value.map(() => 0),
        at: value.map(() => 1_763_700_000_000),
        value,
        duration: value.map(() => Number.NaN),
        metadata: value.map(() => ''),
        idempotencyKeys: [],
      },
      numbers,
    )
  await log.append(batch('req_1', [1]))
  await log.append(batch('req_2', [2, Number.NaN, 3]))
  await log.append(batch('req_3', [4]))
  await log.close()
  const rig = await startMetrics({ folder })
  await rig.post(request({ type: 'custom', value: 5 }))
  expect(await rig.rows('select value from metrics order by id')).toEqual(
    [1, 2, 3, 4, 5].map((value) => ({ value })),
  )
  const [letter, ...others] = await rig.rows<{ request_id: string; reason: string; metric: string }>(
    'select * from dead_letters',
  )
  expect(others).toEqual([])
  expect(letter).toMatchObject({ request_id: 'req_2', reason: expect.stringContaining('NOT NULL') })
  expect(JSON.parse(letter!.metric)).toMatchObject({ series, value: 'NaN' })
  await rig.close()
})

test('a record of the log that is damaged goes to the dead letters, with the rows whose series it named, and no other', async () => {
  const folder = emptyFolder()
  const log = openAppendLog(join(folder, 'metrics.db-log'))
  const numbers = createSeriesNumbers()
  const record = (requestId: string, texts: string[]) => () =>
    encodeBatch(
      {
        requestId,
        receivedAt: Date.now(),
        series: texts,
        seriesOf: texts.map((_, at) => at),
        at: texts.map(() => 1_763_700_000_000),
        value: texts.map((_, at) => Number(requestId) + at),
        duration: texts.map(() => Number.NaN),
        metadata: texts.map(() => ''),
        idempotencyKeys: [],
      },
      numbers,
    )
  const other = series.replace('custom', 'health_check')
  const third = series.replace('custom', 'tool_discovery')
  const { offset } = await log.append(record('10', [series]))
  await log.append(record('20', [other]))
  await log.append(record('30', [series, other, third]))
  await log.append(record('40', [third]))
  await log.close()
  const path = join(log.folder, readdirSync(log.folder)[0]!)
  const bytes = readFileSync(path)
  bytes[offset + 100]! ^= 1
  writeFileSync(path, bytes)
  const rig = await startMetrics({ folder })
  await rig.post(request({ type: 'custom', value: 50 }))
  expect(await rig.rows('select value, metric_type from metrics order by id')).toEqual([
    { value: 10, metric_type: 'custom' },
    { value: 30, metric_type: 'custom' },
    { value: 32, metric_type: 'tool_discovery' },
    { value: 40, metric_type: 'tool_discovery' },
    { value: 50, metric_type: 'custom' },
  ])
  const letters = await rig.rows<{ reason: string; metric: string }>('select * from dead_letters order by id')
  expect(letters[0]!.reason).toContain('a record of the log is damaged')
  expect(JSON.parse(letters[1]!.metric)).toMatchObject({
    series: 'damaged: the record of the log that names series 1',
    value: '31',
  })
  expect(letters).toHaveLength(2)
  await rig.close()
})

test('what poisoned the predecessor is stored like anything else', async () => {
  const rig = await startMetrics()
  const dimensions = {
    tool_name: ['a', { b: 1 }],
    server_name: 2 ** 70,
    success: { not: 'a boolean' },
    method: 'x\u0000y',
  }
  const response = await rig.post(
    request({ type: 'tool_execution', value: 1, dimensions }, { type: 'custom', value: 2 }),
  )
  expect(await response.json()).toMatchObject({ accepted: 2, rejected: 0 })
  expect(await rig.rows('select count(*) as n from metrics')).toEqual([{ n: 2 }])
  const [tool] = await rig.rows('select tool_name, server_name from tool_metrics')
  expect(tool).toEqual({ tool_name: '["a",{"b":1}]', server_name: 2 ** 70 })
  expect(await rig.rows('select count(*) as n from dead_letters')).toEqual([{ n: 0 }])
  await rig.close()
})

test('10,000 different values of a dimension are kept, each once', async () => {
  const rig = await startMetrics()
  const values = Array.from({ length: 10_000 }, (_, n) => `user-${n}`)
  for (let from = 0; from < values.length; from += 2000) {
    const metrics = values
      .slice(from, from + 2000)
      .map((user_hash) => ({ type: 'auth_request', value: 1, dimensions: { user_hash } }))
    expect((await rig.post(request(...metrics))).status).toBe(200)
  }
  expect(
    await rig.rows('select count(distinct user_hash) as users, count(*) as n from auth_metrics'),
  ).toEqual([{ users: 10_000, n: 10_000 }])
  await rig.close()
}, 30_000)

test('a clock that jumps loses nothing and stops nothing', async () => {
  let at = Date.parse('2026-11-21T00:00:00Z')
  const rig = await startMetrics({ now: () => at, env: { METRICS_RATE_LIMIT: '5' } })
  const jumps = [0, -3600_000, 10 * 86_400_000, -400 * 86_400_000, 500 * 86_400_000]
  for (const jump of jumps) {
    at += jump
    expect((await rig.post(request({ type: 'custom', value: 1, dimensions: { jump } }))).status).toBe(200)
  }
  at += 60_000
  expect(await rig.rows('select count(*) as n from metrics')).toEqual([{ n: jumps.length }])
  await rig.close()
})
