import { afterAll, expect, test } from 'bun:test'
import { request, startMetrics } from '../rig'

const rig = await startMetrics()
afterAll(() => rig.close())

test('stores a metric and answers in the known shape', async () => {
  const response = await rig.post({
    service: 'auth-server',
    version: '1.0.0',
    instance_id: 'auth-server-1',
    metrics: [
      {
        type: 'tool_execution',
        timestamp: '2026-11-20T10:00:00.123456+00:00',
        value: 1,
        duration_ms: 12.5,
        dimensions: { tool_name: 'search', success: 'true' },
        metadata: { error_code: null, input_size_bytes: 7 },
      },
    ],
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('x-ratelimit-limit')).toBe('1000000')
  const answer = (await response.json()) as Record<string, unknown>
  expect(answer).toEqual({
    status: 'success',
    accepted: 1,
    rejected: 0,
    errors: [],
    request_id: expect.stringMatching(/^req_[0-9a-f]{16}$/),
  })
  const [row] = await rig.rows(`select * from metrics where request_id = '${answer.request_id}'`)
  expect(row).toMatchObject({
    service: 'auth-server',
    service_version: '1.0.0',
    instance_id: 'auth-server-1',
    metric_type: 'tool_execution',
    timestamp: '2026-11-20T10:00:00.123Z',
    value: 1,
    duration_ms: 12.5,
    dimensions: '{"tool_name":"search","success":true}',
    metadata: '{"error_code":null,"input_size_bytes":7}',
  })
})

test('each metric stands alone', async () => {
  const bad = { type: 'custom', value: 2e12, dimensions: { 'invalid-key': 1 } }
  const response = await rig.post(request({ type: 'custom', value: 1 }, bad, { type: 'custom', value: 3 }))
  const answer = (await response.json()) as Record<string, unknown>
  expect(answer).toMatchObject({ accepted: 2, rejected: 1 })
  expect(answer.errors).toEqual([
    'metrics[1].value: Value must be a number between -1000000000000 and 1000000000000',
    'metrics[1].dimensions.invalid-key: Dimension key must start with letter/underscore and contain only letters, digits and underscores',
  ])
})
