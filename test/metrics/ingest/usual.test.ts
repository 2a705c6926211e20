import { expect, test } from 'bun:test'
import type { Columns } from '../../../src/modules/metrics/ingest/columns'
import { parseBody, submissionOf } from '../../../src/modules/metrics/ingest/read-body'
import { type Reading, readSubmission } from '../../../src/modules/metrics/ingest/read-submission'
import { createSeriesCache } from '../../../src/modules/metrics/ingest/series'
import { createUsualReader } from '../../../src/modules/metrics/ingest/usual/read-usual'
import { errorCodeOf } from '../../../src/modules/metrics/rollups/kept-dimensions'

const now = Date.parse('2026-11-21T09:30:00Z')
const cache = createSeriesCache()
const readUsual = createUsualReader(cache, () => now)
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** Columns as rows. */
function rowsOf({ series, at, value, duration, metadata }: Columns) {
  let end = 0
  return series.map(({ text }, row) => {
    const size = Math.abs(metadata.sizes[row]!)
    end += size
    const json = Buffer.from(metadata.bytes.subarray(end - size, end)).toString()
    return [text, at[row], value[row], duration[row], json && JSON.stringify(JSON.parse(json))]
  })
}

/** What the thorough reader makes of a text of which nothing is refused; undefined for any other. */
function thorough(text: string) {
  try {
    const submission = submissionOf(parseBody(bytesOf(text)), 'req_1', null)
    const reading: Reading = readSubmission(submission, cache, now)
    if (reading.rejected > 0 || reading.errors.length > 0) return undefined
    const { service, idempotencyKey } = submission
    return { service, idempotencyKey, keys: reading.keys, rows: rowsOf(reading.metrics) }
  } catch {
    return undefined
  }
}

function usual(text: string) {
  const read = readUsual(bytesOf(text))
  if (!read) return undefined
  const { service, idempotencyKey, reading } = read
  return { service, idempotencyKey, keys: reading.keys, rows: rowsOf(reading.metrics) }
}

const metrics = [
  {
    type: 'tool_execution',
    timestamp: '2026-11-21T09:12:13.456000+00:00',
    value: 1,
    duration_ms: 12.25,
    dimensions: { tool_name: 'search', success: true, n: 1 },
    metadata: { error_code: null, size: 12, note: 'a b', ok: false, ratio: -0.5 },
  },
  { value: -3.5, type: 'custom', dimensions: {}, metadata: {}, duration_ms: null },
  { type: 'health_check', value: 0, timestamp: '2026-11-21T08:00:00Z' },
  { type: 'auth_request', value: 1e12, timestamp: '2026-11-21T09:00:59', dimensions: { a: 'x' } },
]
const compact = JSON.stringify({ service: 'a-1', version: '1.0', instance_id: 'i.1', metrics })
const escaped = JSON.stringify({
  service: 'a-1',
  metrics: [
    { type: 'custom', value: 1, dimensions: { a: 'x"y' }, metadata: { e: 'a "b"\\ /\n\t\b\f\r\u0001' } },
  ],
})
/** As Python writes it. */
const spaced = compact.replaceAll('":', '": ').replaceAll(',"', ', "').replaceAll('},{', '}, {')

/** Go leaves out zeros at the end of a second's fraction. */
const goTimes = compact.replace('13.456000+00:00', '13.4Z').replace('08:00:00Z', '08:00:00.05Z')

test.each([
  '{"idempotency_key":"k","service":"a","metrics":[{"type":"custom","value":1}]}',
  '{"service": "a", "idempotency_key": "queue-2026-11-21T09:30 {[]}", "metrics": [{"type": "custom", "value": 1}]}',
  `{"service":"a","idempotency_key":"${'x'.repeat(200)}","metrics":[{"type":"custom","value":1}]}`,
])('a request may have a key before its metrics: %s', (text) => {
  const read = usual(text)
  expect(read?.idempotencyKey).toBeString()
  expect<unknown>(read).toEqual(thorough(text))
})

test.each([compact, spaced, escaped, '{"service":"a","metrics":[{"type":"custom","value":0.1}]}', goTimes])(
  'a body in its usual form is read as thoroughly: %s',
  (text) => {
    expect(usual(text)).toBeDefined()
    expect(usual(text)).toEqual(thorough(text))
    // Once more, now that its series are known.
    expect(usual(text)).toEqual(thorough(text))
  },
)

const one = (fields: string) => `{"service":"a","metrics":[{"type":"custom","value":1,${fields}}]}`
const timed = (timestamp: string) => one(`"timestamp":"${timestamp}"`)
const valued = (value: string) => `{"service":"a","metrics":[{"type":"custom","value":${value}}]}`
test.each([
  '',
  '5',
  '{}',
  '{"metrics":[]}',
  '{"service":"a","metrics":[]}',
  '{"service":"a","metrics":[5]}',
  '{"service":"a b","metrics":[{"type":"custom","value":1}]}',
  ...['"', 'a"', 'ü', '\\\\', '\\u0041', 'x'.repeat(201), 'k","idempotency_key":"l'].map(
    (key) => `{"service":"a","idempotency_key":"${key}","metrics":[{"type":"custom","value":1}]}`,
  ),
  '{"service":"a","x":{"idempotency_key":"k","y":1},"metrics":[{"type":"custom","value":1}]}',
  '{"service":"\\"idempotency_key\\": \\"k\\",","metrics":[{"type":"custom","value":1}]}',
  '{"service":"a","idempotency_key":null,"metrics":[{"type":"custom","value":1}]}',
  '{"service":"a","metrics":[{"type":"custom","value":1}],"idempotency_key":"k"}',
  '{"service":"a","metrics":[{"type":"custom","value":1}]} ',
  '{"service":"a","metrics":[{"type":"custom","value":1},]}',
  '{"service":"a","x":{"metrics":[{"type":"custom","value":1}]}',
  '{"service":"metrics","metrics":[{"type":"custom","value":1}]}',
  '{"service":"a","metrics":[{"type":"custom","type":"custom","value":1}]}',
  '{"service":"a","metrics":[{"type":"other","value":1}]}',
  '{"service":"a","metrics":[{"type":"custom"}]}',
  ...['1.', '.5', '01', '-', '-0', '1e3', '1E3', '1.5e3', '0x1', '1 ', 'true', '"1"', 'null'].map(valued),
  ...['123456789012345', '1234567890123456', '0.1234567890123456', '1000000000001', '1e13'].map(valued),
  ...['1e-', '1e-x', '1e-5x', '1e-100', '1e-28', '1.e-5', '01e-5', '1e--5', '1e+05', '-0e-7', '0.0e-00'].map(
    valued,
  ),
  one('"duration_ms":1.5e-05,"metadata":{"a":-1E-7,"error_code":1e-05}'),
  one('"dimensions":{"a":1e-05}'),
  ...['0.1', '5e-324', '0.30000000000000004', '123456.789', '-99999.00001'].map(valued),
  ...['2026-11-21T09:60:00Z', '2026-11-21T24:00:00Z', '2026-02-30T01:00:00Z', '2026-13-01T01:00:00Z'].map(
    timed,
  ),
  ...['2026-11-21T09:00:00.1Z', '2026-11-21T09:00:00.123456789Z', '2026-11-21T09:00:00.1234567890Z'].map(
    timed,
  ),
  ...['2026-11-21T09:00:00+01:00', '2026-11-21 09:00:00', '2026-11-21', '2026-11-21T09:40:00Z'].map(timed),
  one('"timestamp":null'),
  one('"duration_ms":-1'),
  one('"duration_ms":86400001'),
  one('"idempotency_key":"k"'),
  one('"more":1'),
  one('"dimensions":null'),
  one('"dimensions":{"a":{"b":1}}'),
  one('"dimensions":{"a":"}"}'),
  one('"dimensions":{"a":"\\u0041"}'),
  one('"dimensions":{"a":"ü"}'),
  one('"dimensions":{"a":"1","a":"2"}'),
  one('"dimensions":{"1a":1}'),
  one(`"dimensions":{"a":"${'x'.repeat(201)}"}`),
  one(`"dimensions":{"a":"${'x'.repeat(5000)}"}`),
  one(`"dimensions":{${Array.from({ length: 21 }, (_, at) => `"a${at}":1`)}}`),
  one('"metadata":{"a":[1]}'),
  one('"metadata":{"a":"\\""}'),
  one('"metadata":{"a":"ü"}'),
  ...['\\u00e4', '\\uD83D\\ude00', '\\ud800', '\\u00g4', '\\u12', '\\x', '\\', '\\\\"'].map((text) =>
    one(`"metadata":{"a":"${text}"}`),
  ),
  one('"metadata":{"a":nul}'),
  one('"metadata":{"a":1,}'),
  one('"metadata":{"a":"1","a":"2"}'),
  one(`"metadata":{"${'k'.repeat(51)}":1}`),
  one(`"metadata":{"a":"${'x'.repeat(1001)}"}`),
  one(`"metadata":{${Array.from({ length: 31 }, (_, at) => `"a${at}":1`)}}`),
])('what is not usual is left to the thorough reader, or read as it would: %s', (text) => {
  const read = usual(text)
  if (read) expect<unknown>(read).toEqual(thorough(text))
})

test('numbers of up to 19 digits, also with small negative exponents, are the doubles that JSON.parse reads, at once', () => {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(10 * random())).join('')
  const texts = Array.from({ length: 4000 }, (_, at) => {
    if (at % 8 === 0) return String(1000 * random())
    if (at % 8 === 4)
      return `${Math.floor(10 * random())}.${digits(1 + (at % 18))}e-${at % 3 ? '0' : ''}${1 + (at % 9)}`
    if (at % 4 === 1) return `${digits(9).replace(/^0+/, '')}5.${digits(9)}`
    if (at % 4 === 2) return `-0.0000${digits(17)}`
    return (1e6 * random() + 2 ** -30).toFixed(1 + (at % 13))
  })
  for (let from = 0; from < texts.length; from += 1000) {
    const some = texts.slice(from, from + 1000)
    const list = some.map((value) => `{"type":"custom","value":${value}}`)
    const read = readUsual(bytesOf(`{"service":"a","metrics":[${list}]}`))!
    expect(Array.from(read.reading.metrics.value)).toEqual(some.map(Number))
  }
})

test.each([
  ['{"error_code":null}', false],
  ['{"error_code": null, "size": 1}', false],
  ['{"note":"error_code"}', false],
  ['{"error_code":"Timeout"}', true],
  ['{"error_code":5}', true],
  ['{"error_code":null,"error_code":"again"}', true],
  [String.raw`{"error\u005fcode":"escaped"}`, true],
])('metadata that surely name no error code are told by their size: %p', (metadata, coded) => {
  const { reading } = readUsual(bytesOf(one(`"metadata":${metadata}`)))!
  expect(reading.metrics.metadata.sizes[0]! > 0).toBe(coded)
  expect(errorCodeOf(metadata) === undefined).toBe(!coded)
})

test('so is what has something missing, doubled or replaced', () => {
  let seed = 7
  const random = (most: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * most)
  }
  let read = 0
  for (let round = 0; round < 20_000; round++) {
    const body = [compact, spaced, escaped][round % 3]!
    const at = random(body.length)
    const to = Math.min(body.length, at + random(3))
    const text = body.slice(0, at) + body.slice(random(body.length)).slice(0, random(3)) + body.slice(to)
    const ours = usual(text)
    if (!ours) continue
    read++
    const theirs = thorough(text)
    if (!Bun.deepEquals(ours, theirs, true)) expect<unknown>([text, ours]).toEqual([text, theirs])
  }
  expect(read).toBeGreaterThan(1000)
})

test('a long head, which anybody may send, is left to the thorough reader', () => {
  const body = (keys: number) =>
    `{${'"idempotency_key":"k",'.repeat(keys)}"service":"a","metrics":[{"type":"custom","value":1}]}`
  expect(usual(body(100))).toBeUndefined()
  expect(usual(`{${' '.repeat(2000)}${body(0).slice(1)}`)).toBeUndefined()
  expect(usual(body(0))).toBeDefined()
})

test('series are told apart, more than are remembered', () => {
  const fresh = createUsualReader(createSeriesCache(), () => now)
  const body = (from: number, type: string, service: string) => {
    const metrics = Array.from({ length: 2000 }, (_, at) => ({
      type,
      value: 1,
      dimensions: { a: from + at },
    }))
    return bytesOf(JSON.stringify({ service, metrics }))
  }
  for (const service of ['a', 'b', 'a']) {
    for (const type of ['custom', 'auth_request']) {
      for (let from = 0; from < 16_000; from += 2000) {
        const { series } = fresh(body(from, type, service))!.reading.metrics
        const told = series.map(({ text }) => text)
        expect(told[0]).toBe(`["${service}",null,null,"${type}",{"a":${from}}]`)
        expect(told.at(-1)).toBe(`["${service}",null,null,"${type}",{"a":${from + 1999}}]`)
        expect(new Set(told).size).toBe(2000)
      }
    }
  }
})
