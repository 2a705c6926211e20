import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { listKeys, revokeKey } from '../../../src/platform/identity/keys'
import { emptyFolder } from '../../kit/folder'
import { createDatabase } from '../../kit/postgres'
import { request, startMetrics } from '../rig'
import { disabledKey, limitedKey, predecessorKey, writePredecessorFile } from './predecessor-file'

/** Waits until `probe` gives something. */
async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const found = await probe()
    if (found !== undefined) return found
    await Bun.sleep(25)
  }
  throw new Error('it did not come')
}

test('a file of the predecessor opens, is moved while metrics come in, and nothing of it is lost', async () => {
  const folder = emptyFolder()
  const path = join(folder, 'metrics.db')
  writePredecessorFile(path, 5000)
  const rig = await startMetrics({ folder })
  const posted = await rig.post(request({ type: 'custom', value: 7 }), predecessorKey)
  expect(posted.status).toBe(200)
  await until(async () => {
    const [left] = await rig.rows("select name from sqlite_master where name like 'predecessor_%'")
    return left ? undefined : true
  })
  expect(await rig.rows('select metric_type, count(*) as n from metrics group by 1 order by 1')).toEqual([
    { metric_type: 'auth_request', n: 1 },
    { metric_type: 'custom', n: 2 },
    { metric_type: 'tool_execution', n: 5000 },
  ])
  const [tool] = await rig.rows('select * from tool_metrics where duration_ms = 0.3')
  expect(tool).toMatchObject({
    request_id: 'req_0000000000000000',
    timestamp: '2026-10-01T00:00:03.000Z',
    service: 'nginx',
    tool_name: 'tool_3',
    success: 0,
    created_at: '2026-10-01 00:00:03',
  })
  const [naive] = await rig.rows('select timestamp, success from tool_metrics where duration_ms = 0.2')
  expect(naive).toEqual({ timestamp: '2026-10-01T00:00:02.000Z', success: 1 })
  const [odd] = await rig.rows<{ metadata: string }>(`select * from metrics where request_id = 'req_odd'`)
  expect(odd).toMatchObject({
    service: 'x y',
    value: 2e300,
    timestamp: '2026-10-02T00:00:00.000Z',
    dimensions: '{}',
  })
  expect(JSON.parse(odd!.metadata)).toEqual({
    original_timestamp: 'yesterday',
    original_dimensions: '[1]',
    original_metadata: 'no json',
  })
  expect(await rig.rows(`select service, success, method, server from auth_metrics`)).toEqual([
    { service: 'auth-server', success: 1, method: 'jwt', server: 'gateway' },
  ])
  expect(await rig.rows('select count(*) as n from api_key_usage_log')).toEqual([{ n: 1 }])
  expect(
    await rig.rows(`select retention_days, is_active from retention_policies where table_name = 'metrics'`),
  ).toEqual([{ retention_days: 400, is_active: 0 }])
  const [hourly] = await rig.rows(
    `select sum(count) as n from metrics_hourly where metric_type = 'tool_execution'`,
  )
  expect(hourly).toEqual({ n: 5000 })
  await rig.close()
}, 30_000)

test('a move that was cut short goes on at the next start', async () => {
  const folder = emptyFolder()
  writePredecessorFile(join(folder, 'metrics.db'), 9000)
  const first = await startMetrics({ folder })
  await first.close()
  const rig = await startMetrics({ folder })
  const n = await until(async () => {
    const [row] = await rig.rows<{ n: number; left: number }>(
      `select (select count(*) from metrics) as n, (select count(*) from sqlite_master where name like 'predecessor_%') as "left"`,
    )
    return row!.left === 0 ? row!.n : undefined
  })
  expect(n).toBe(9002)
  await rig.close()
}, 30_000)

test.each(['sqlite', 'postgres'])(
  'the keys of the file work with their limits, are listed, and stay revoked, on %s',
  async (dialect) => {
    const folder = emptyFolder()
    writePredecessorFile(join(folder, 'metrics.db'), 10)
    const env: Record<string, string> =
      dialect === 'postgres' ? { DATABASE_URL: (await createDatabase()).url } : {}
    const body = { service: 'nginx', metrics: [{ type: 'custom', value: 1 }] }
    const first = await startMetrics({ folder, env })
    const sent = await first.post(body, limitedKey)
    expect([sent.status, sent.headers.get('x-ratelimit-limit')]).toEqual([200, '7'])
    const usual = await first.post(request({ type: 'custom', value: 1 }), predecessorKey)
    expect([usual.status, usual.headers.get('x-ratelimit-limit')]).toEqual([200, '1000000'])
    expect((await first.post(body, disabledKey)).status).toBe(401)
    const [listed] = (await listKeys(first.storage.system)).filter(({ service }) => service === 'nginx')
    expect(listed).toMatchObject({ limits: { minute: 7 }, status: 'active', owner: 'service:nginx' })
    await revokeKey(first.storage.system, listed!.id)
    await first.close()
    const again = await startMetrics({ folder, env })
    expect((await again.post(body, limitedKey)).status).toBe(401)
    expect((await again.post(request({ type: 'custom', value: 1 }), predecessorKey)).status).toBe(200)
    await again.close()
  },
  30_000,
)
