import { expect, test } from 'bun:test'
import type { Series } from '../../../src/modules/metrics/ingest/metric'
import { type Batch, decodeBatch, encodeBatch, learnSeries } from '../../../src/modules/metrics/ingest/record'
import { createSeriesNumbers, createSeriesTexts } from '../../../src/modules/metrics/ingest/series-numbers'

const batch: Batch = {
  requestId: 'req_0123456789abcdef',
  receivedAt: 1_763_700_000_123,
  series: ['["ä",null,null,"custom",{}]', '["b","1","c","custom",{"k":"😀"}]'],
  seriesOf: [1, 0, 1],
  at: [1, 2, -3],
  value: [0.1, -1e12, 3],
  duration: [Number.NaN, 0, 7.5],
  metadata: ['', '{"x":"ü\\u0000"}', ''],
  idempotencyKeys: ['a/request/1'],
}

/** What was encoded: columns as arrays, and of the series those that it has. */
function plain({ series, seriesOf, at, value, duration, coded: _, ...batch }: Batch) {
  const texts = Array.from(seriesOf, (place) => series[place])
  return { ...batch, texts, at: Array.from(at), value: Array.from(value), duration: Array.from(duration) }
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])('a record is what it was, %i bytes into a buffer', (offset) => {
  const record = encodeBatch(batch, createSeriesNumbers())
  const buffer = Buffer.alloc(record.length + offset)
  buffer.set(record, offset)
  expect(plain(decodeBatch(buffer.subarray(offset), createSeriesTexts()))).toEqual(plain(batch))
})

test('a series is written out once in a segment, and known to who reads it from its start', () => {
  const numbers = createSeriesNumbers()
  const later = { ...batch, series: [batch.series[1]!, '["c",null,null,"custom",{}]'] }
  const records = [batch, batch, later].map((one) => encodeBatch(one, numbers))
  expect(records[1]!.length).toBeLessThan(records[0]!.length - batch.series.join('').length)
  const texts = createSeriesTexts()
  learnSeries(records[0]!, texts)
  expect(plain(decodeBatch(records[1]!, texts))).toEqual(plain(batch))
  expect(plain(decodeBatch(records[2]!, texts))).toEqual(plain(later))
  expect(plain(decodeBatch(records[1]!, createSeriesTexts())).texts).toEqual([
    'damaged: the record of the log that names series 0',
    'damaged: the record of the log that names series 1',
    'damaged: the record of the log that names series 0',
  ])
})

test('numbers begin anew when there are too many, and after a record that was not written', () => {
  const numbers = createSeriesNumbers()
  const texts = createSeriesTexts()
  const wide = (from: number): Batch => {
    const series = Array.from({ length: 20_000 }, (_, at) => `["s${from + at}",null,null,"custom",{}]`)
    const column = series.map((_, at) => at)
    const columns = { seriesOf: column, at: column, value: column, duration: column }
    return { ...batch, series, ...columns, metadata: series.map(() => '') }
  }
  const meanings = [0, 20_000, 40_000, 0].map((from) => {
    const one = wide(from)
    const decoded = decodeBatch(encodeBatch(one, numbers), texts)
    expect(plain(decoded)).toEqual(plain(one))
    return decoded.series
  })
  expect(meanings.map((meaning) => meanings.indexOf(meaning))).toEqual([0, 0, 2, 2])
  encodeBatch({ ...batch, series: ['["lost",null,null,"custom",{}]', batch.series[0]!] }, numbers)
  numbers.forget()
  expect(plain(decodeBatch(encodeBatch(batch, numbers), texts))).toEqual(plain(batch))
})

test('metadata that surely name no error code are known in the tables too; those of the layout before are looked at', () => {
  const bytes = Buffer.from('{"a":1}{"error_code":1}')
  const series = batch.series.map((text) => ({ text, number: -1, numbering: -1 })) as unknown as Series[]
  const [at, value, duration] = [1, 2, 3].map((one) => Float64Array.of(one, one)) as Float64Array[]
  const columns = { at: at!, value: value!, duration: duration! }
  const metadata = { bytes, sizes: Int32Array.of(-7, 16) }
  const received = { requestId: 'r', receivedAt: 1, idempotencyKeys: [], series, metadata, ...columns }
  const record = encodeBatch(received, createSeriesNumbers())
  const decoded = decodeBatch(record, createSeriesTexts())
  expect(decoded.metadata).toEqual(['{"a":1}', '{"error_code":1}'])
  expect(Array.from(decoded.coded!, (one) => one > 0)).toEqual([false, true])
  const before = encodeBatch(batch, createSeriesNumbers())
  new Int32Array(before.buffer, 0, 1)[0] = 3
  expect(plain(decodeBatch(before, createSeriesTexts()))).toEqual(plain(batch))
})

test('a record of another layout is refused', () => {
  const record = encodeBatch(batch, createSeriesNumbers())
  new Int32Array(record.buffer, 0, 1)[0] = 1
  expect(() => decodeBatch(record, createSeriesTexts())).toThrow('layout 1')
})
