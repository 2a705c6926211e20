import { afterAll, describe, expect, test } from 'bun:test'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

const day = 86_400_000
const admin = 'k'.repeat(40)
const env = { METRICS_ADMIN_API_KEY: admin }
let at = Date.parse('2026-01-01T00:00:00Z')
const folder = emptyFolder()
const rig = await startMetrics({ folder, env, now: () => at })
afterAll(() => rig.close())

const call = async (method: string, path: string, body?: unknown) => {
  const response = await rig.send(`/admin/${path}`, {
    method,
    headers: { 'x-api-key': admin, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const metric = (type: string) => ({ type, value: 1, dimensions: { n: type } })
const counts = async () => {
  const tables = ['metrics', 'tool_metrics', 'samples', 'batches', 'series']
  const sql = `select ${tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`
  return (await rig.rows(sql))[0]
}

describe('a table keeps rows for as long as its policy says', () => {
  test('preview tells what would go', async () => {
    await rig.post(request(metric('custom'), metric('tool_execution')))
    at += 60 * day
    await rig.post(request(metric('custom')))
    at += 40 * day
    const { body } = await call('GET', 'retention/preview?table_name=metrics')
    expect(body).toEqual({
      metrics: {
        retention_days: 90,
        records_to_delete: 2,
        total_records: 3,
        oldest_record_to_delete: '2026-01-01T00:00:00.000Z',
        newest_record_to_delete: '2026-01-01T00:00:00.000Z',
        cutoff_date: '2026-01-11T00:00:00.000Z',
        percentage_to_delete: 66.67,
      },
    })
  })

  test('a dry run, which is the default, deletes nothing', async () => {
    expect((await call('POST', 'retention/cleanup', { table_name: 'metrics' })).body).toEqual({
      table: 'metrics',
      status: 'dry_run',
      records_would_delete: 2,
    })
    expect(await counts()).toMatchObject({ metrics: 3, samples: 3 })
  })

  test('a row is on disk for as long as one table shows it', async () => {
    const { body } = await call('POST', 'retention/cleanup', { table_name: 'metrics', dry_run: false })
    expect(body).toMatchObject({
      table: 'metrics',
      status: 'completed',
      records_deleted: 2,
      retention_days: 90,
    })
    expect(await counts()).toMatchObject({ metrics: 1, tool_metrics: 1, samples: 2 })
    await call('POST', 'retention/cleanup?table_name=tool_metrics&dry_run=false')
    expect(await counts()).toEqual({ metrics: 1, tool_metrics: 0, samples: 1, batches: 1, series: 1 })
  })

  test('a second time there is nothing left', async () => {
    expect((await call('POST', 'retention/cleanup', { table_name: 'metrics', dry_run: false })).body).toEqual(
      {
        table: 'metrics',
        status: 'completed',
        records_deleted: 0,
        reason: 'no_records_to_delete',
      },
    )
  })

  test('series and ids go on after everything was deleted', async () => {
    at += 200 * day
    const { body } = await call('POST', 'retention/cleanup', { dry_run: false })
    expect(body).toMatchObject({ operation: 'cleanup', total_records_processed: 1, tables_processed: 7 })
    // The newest request stays, and the series that are as young.
    expect(await counts()).toMatchObject({ metrics: 0, samples: 0, batches: 1, series: 1 })
    await rig.post(request(metric('custom')))
    expect(await rig.rows('select id, metric_type from metrics')).toEqual([{ id: 4, metric_type: 'custom' }])
  })
})

describe('policies', () => {
  test('are changed by the query and by a JSON body', async () => {
    const done = {
      status: 'success',
      message: 'Updated retention policy for tool_metrics',
      table_name: 'tool_metrics',
      retention_days: 30,
      is_active: true,
    }
    expect((await call('PUT', 'retention/policies/tool_metrics?retention_days=30')).body).toEqual(done)
    expect((await call('PUT', 'retention/policies/tool_metrics', { retention_days: 30 })).body).toEqual(done)
  })

  test('a disabled one stays disabled over a restart, and deletes nothing', async () => {
    const own = { folder: emptyFolder(), env, now: () => at }
    const first = await startMetrics(own)
    await first.send('/admin/retention/policies/metrics?retention_days=1&is_active=false', {
      method: 'PUT',
      headers: { 'x-api-key': admin },
    })
    await first.post(request(metric('custom')))
    await first.close()
    const second = await startMetrics({ ...own, now: () => at + 100 * day })
    const headers = { 'x-api-key': admin }
    const policies = await second.send('/admin/retention/policies', { headers })
    expect(await policies.json()).toMatchObject({ metrics: { retention_days: 1, is_active: false } })
    const cleaned = await second.send('/admin/retention/cleanup?dry_run=false', { method: 'POST', headers })
    expect(await cleaned.json()).toMatchObject({
      table_results: { metrics: { status: 'skipped', reason: 'policy_inactive' } },
    })
    expect(await second.rows('select count(*) as n from metrics')).toEqual([{ n: 1 }])
    const preview = await second.send('/admin/retention/preview?table_name=metrics', { headers })
    expect(await preview.json()).toEqual({})
    await second.close()
  })

  test.each([
    ['0', 422],
    ['-1', 422],
    ['36501', 422],
    ['many', 422],
    ['', 422],
  ])('%p days are refused', async (days, status) => {
    expect((await call('PUT', `retention/policies/metrics?retention_days=${days}`)).status).toBe(status)
  })

  test.each([
    ['PUT', 'policies/metrics', { retention_days: [5] }],
    ['PUT', 'policies/metrics', { retention_days: '0x5' }],
    ['PUT', 'policies/metrics', { retention_days: 5, is_active: [true] }],
    ['POST', 'cleanup', { dry_run: [false] }],
  ])('%s %s: %j is refused, not guessed at', async (method, path, body) => {
    expect((await call(method, `retention/${path}`, body)).status).toBe(422)
  })

  test('a table that there is not is refused, and not repeated', async () => {
    expect(await call('PUT', 'retention/policies/api_keys?retention_days=3')).toEqual({
      status: 400,
      body: { detail: 'Invalid table name' },
    })
    expect((await call('GET', 'retention/preview?table_name=sqlite_master')).status).toBe(400)
  })
})

test('METRICS_RETENTION_DAYS is the default of raw tables alone', async () => {
  const other = await startMetrics({ env: { ...env, METRICS_RETENTION_DAYS: '7' } })
  const response = await other.send('/admin/retention/policies', { headers: { 'x-api-key': admin } })
  expect(await response.json()).toMatchObject({
    metrics: { retention_days: 7, timestamp_column: 'created_at' },
    tool_metrics: { retention_days: 7 },
    metrics_hourly: { retention_days: 365 },
    metrics_daily: { retention_days: 1095 },
    api_key_usage_log: { retention_days: 90, timestamp_column: 'timestamp' },
  })
  await other.close()
})
