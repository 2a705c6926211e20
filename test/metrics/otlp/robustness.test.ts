import { afterAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { compress } from 'snappyjs'
import { startMetrics } from '../rig'

const rig = await startMetrics()
afterAll(() => rig.close())

const send = (path: string, type: string, body: Uint8Array, encoding?: string) =>
  rig.send(path, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-api-key': rig.ingestKey,
      ...(encoding && { 'content-encoding': encoding }),
    },
    body: body as Uint8Array<ArrayBuffer>,
  })

const protobuf = 'application/x-protobuf'
const bytes = fc.uint8Array({ maxLength: 300 })
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

test.each([
  ['OTLP protobuf', bytes, (body: Uint8Array) => send('/v1/metrics', protobuf, body)],
  ['OTLP gzip', bytes, (body: Uint8Array) => send('/v1/metrics', protobuf, body, 'gzip')],
  [
    'OTLP JSON',
    fc.json().map((json) => new TextEncoder().encode(json)),
    (body: Uint8Array) => send('/v1/metrics', 'application/json', body),
  ],
  [
    'OTLP JSON of the right outline',
    fc.jsonValue().map((metrics) =>
      text({
        resourceMetrics: [
          { scopeMetrics: [{ metrics: [metrics, { name: 'a', sum: metrics, histogram: metrics }] }] },
        ],
      }),
    ),
    (body: Uint8Array) => send('/v1/metrics', 'application/json', body),
  ],
  ['remote write', bytes, (body: Uint8Array) => send('/api/v1/write', protobuf, body, 'snappy')],
  [
    'remote write in Snappy',
    bytes.map((plain) => new Uint8Array(compress(plain))),
    (body: Uint8Array) =>
      send('/api/v1/write', `${protobuf};proto=io.prometheus.write.v2.Request`, body, 'snappy'),
  ],
] as const)('%s: whatever comes is answered, never with 500', async (_, arbitrary, call) => {
  await fc.assert(
    fc.asyncProperty(arbitrary as fc.Arbitrary<Uint8Array>, async (body) => {
      const { status } = await call(body)
      expect([200, 204, 400, 413]).toContain(status)
    }),
    { numRuns: 300 },
  )
})

test('deep nesting is refused, not followed', async () => {
  let value: object = { stringValue: 'x' }
  for (let depth = 0; depth < 5000; depth++) value = { arrayValue: { values: [value] } }
  const body = text({
    resourceMetrics: [{ resource: { attributes: [{ key: 'a', value }] }, scopeMetrics: [] }],
  })
  expect((await send('/v1/metrics', 'application/json', body)).status).toBe(400)
})
