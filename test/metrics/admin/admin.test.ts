import { afterAll, expect, test } from 'bun:test'
import { request, startMetrics } from '../rig'

const admin = 'k'.repeat(40)
const rig = await startMetrics({ env: { METRICS_ADMIN_API_KEY: admin } })
afterAll(() => rig.close())

const routes: [method: string, path: string][] = [
  ['GET', 'retention/preview'],
  ['GET', 'retention/policies'],
  ['PUT', 'retention/policies/metrics?retention_days=30'],
  ['POST', 'retention/cleanup'],
  ['GET', 'database/stats'],
  ['GET', 'database/size'],
]

test.each(routes)('%s /admin/%s is for admins alone', async (method, path) => {
  const as = async (key?: string) => {
    const response = await rig.send(`/admin/${path}`, { method, headers: key ? { 'x-api-key': key } : {} })
    return [response.status, ((await response.json()) as { detail?: string }).detail]
  }
  expect(await as()).toEqual([401, 'API key required in X-API-Key header'])
  expect(await as(rig.ingestKey)).toEqual([401, 'Invalid API key'])
  expect(await as(rig.key)).toEqual([401, 'Invalid API key'])
  expect(await as('k'.repeat(39))).toEqual([401, 'Invalid API key'])
  expect(await as(await rig.addKey('boss', 'enterprise', ['admin']))).toEqual([200, undefined])
  expect(await as(admin)).toEqual([200, undefined])
})

test('stats have every table', async () => {
  await rig.post(request({ type: 'tool_execution', value: 1 }))
  await rig.rows('select 1')
  const response = await rig.send('/admin/database/stats', { headers: { 'x-api-key': admin } })
  const stats = (await response.json()) as Record<string, unknown>
  expect(stats.tool_metrics).toEqual({
    record_count: 1,
    oldest_record: expect.stringMatching(/^20\d\d-/),
    newest_record: expect.stringMatching(/^20\d\d-/),
    has_retention_policy: true,
    retention_days: 90,
    policy_active: true,
  })
  for (const name of ['metrics', 'auth_metrics', 'metrics_hourly', 'metrics_daily', 'api_key_usage_log'])
    expect(stats).toHaveProperty(name)
})

test('size is that of the files', async () => {
  const response = await rig.send('/admin/database/size', { headers: { 'x-api-key': admin } })
  const size = (await response.json()) as Record<string, number>
  expect(size.total_bytes).toBe(size.main_db_bytes! + size.wal_bytes! + size.shm_bytes!)
  expect(size.page_count! - size.free_pages!).toBe(size.used_pages!)
  expect(Object.keys(size)).toEqual(
    expect.arrayContaining([
      'main_db_mb',
      'wal_mb',
      'shm_mb',
      'total_mb',
      'total_gb',
      'page_size',
      'database_efficiency',
    ]),
  )
})
