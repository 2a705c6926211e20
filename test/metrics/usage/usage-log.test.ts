import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { emptyFolder } from '../../kit/folder'
import { request, startMetrics } from '../rig'

test('the log of use says what each key sent, by minute, route and status, and does not hold the key', async () => {
  const at = Date.parse('2026-11-21T09:30:59Z')
  const folder = emptyFolder()
  const rig = await startMetrics({ folder, now: () => at })
  const body = JSON.stringify(request({ type: 'custom', value: 1 }))
  for (let n = 0; n < 3; n++) expect((await rig.post(body)).status).toBe(200)
  expect((await rig.post('{')).status).toBe(422)
  expect((await rig.post(body, 'no key')).status).toBe(401)
  const other = await rig.addIngestKey('registry')
  expect((await rig.post(body, other)).status).toBe(403)
  await rig.close()
  const path = join(folder, 'metrics.db')
  const rows = await rig.store(path, 'select * from api_key_usage_log order by status_code')
  const row = (
    status_code: number,
    service_name: string,
    request_count: number,
    bytes_processed: number,
  ) => ({
    id: expect.any(Number),
    key_hash: expect.any(String),
    service_name,
    timestamp: '2026-11-21 09:30:00',
    endpoint: '/metrics',
    request_count,
    bytes_processed,
    duration_ms: expect.any(Number),
    status_code,
  })
  expect(rows).toEqual([
    row(200, 'auth-server', 3, 3 * body.length),
    row(403, 'registry', 1, body.length),
    row(422, 'auth-server', 1, 1),
  ])
  const keys = rows.map(({ key_hash }) => key_hash as string)
  expect(keys[0]).toBe(keys[2]!)
  expect(keys[0]).not.toBe(keys[1]!)
  for (const secret of [rig.ingestKey, other]) expect(JSON.stringify(rows)).not.toContain(secret)
})
