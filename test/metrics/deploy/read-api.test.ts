import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eventually } from '../../kit/prometheus'
import { type MetricsRig, startMetrics } from '../rig'
import { dashboardExpressions } from './expressions'
import { feed } from './feed'

let rig: MetricsRig
let feeding = true
let fed: Promise<void> | undefined

/** The result of an expression, from Holdfast's own read API. */
async function ask(query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
  const response = await rig.rest('GET', `/api/v1/query?${new URLSearchParams({ query })}`)
  const body = (await response.json()) as { status: string; error?: string; data: { result: never[] } }
  if (body.status !== 'success') throw new Error(body.error)
  return body.data.result
}

beforeAll(async () => {
  rig = await startMetrics({ env: { METRICS_SELF_SECONDS: '1' } })
  rig.drain()
  for (let minutes = 4; minutes > 0; minutes--) await feed(rig, minutes * 60_000)
  fed = (async () => {
    while (feeding) {
      await feed(rig)
      await Bun.sleep(50)
    }
  })()
  await eventually(async () => {
    const [enough] = await ask('count_over_time(http_requests_total{status="503"}[1m]) >= 4')
    return enough
  })
}, 60_000)

afterAll(async () => {
  feeding = false
  await fed
  await rig.close()
})

test.each(dashboardExpressions())('straight from Holdfast, $where: $text', async ({ text }) => {
  const found = await ask(text)
  expect(found.some(({ value }) => Number.isFinite(Number(value[1])))).toBe(true)
})

test('of what does not change one value is stored', async () => {
  const resting = await startMetrics({ env: { METRICS_SELF_SECONDS: '1' } })
  const sql = `select json_extract(dimensions, '$.metric_name') name, count(*) n from metrics where service = 'holdfast' group by 1`
  const counts = await eventually(async () => {
    // Without a request that would be counted; before the first look there is no file.
    const rows = await resting
      .store<{ name: string; n: number }>(`${resting.folder}/metrics.db`, sql)
      .catch(() => [])
    const found = Object.fromEntries(rows.map(({ name, n }) => [name, n]))
    return (found.process_cpu_seconds_total ?? 0) >= 3 ? found : undefined
  })
  await resting.close()
  // The first look stores where things stand, a zero too; later ones only what changed.
  expect(counts.http_request_duration_seconds_count).toBe(1)
})
