import { expect, test } from 'bun:test'
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

/** What was encoded: columns as arrays, without numbers. */
function plain({ numbered: _, ...batch }: Batch): Batch {
  const { seriesOf, at, value, duration } = batch
  const columns = { seriesOf, at, value, duration }
  return { ...batch, ...Object.fromEntries(Object.entries(columns).map(([k, v]) => [k, Array.from(v)])) }
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])('a record is what it was, %i bytes into a buffer', (offset) => {
  const record = encodeBatch(batch, createSeriesNumbers())
  const buffer = Buffer.alloc(record.length + offset)
  buffer.set(record, offset)
  expect(plain(decodeBatch(buffer.subarray(offset), createSeriesTexts()))).toEqual(batch)
})

test('a series is written out once in a segment, and known to who reads it from its start', () => {
  const numbers = createSeriesNumbers()
  const later = { ...batch, series: [batch.series[1]!, '["c",null,null,"custom",{}]'] }
  const records = [batch, batch, later].map((one) => encodeBatch(one, numbers))
  expect(records[1]!.length).toBeLessThan(records[0]!.length - batch.series.join('').length)
  const texts = createSeriesTexts()
  learnSeries(records[0]!, texts)
  expect(plain(decodeBatch(records[1]!, texts))).toEqual(batch)
  expect(plain(decodeBatch(records[2]!, texts))).toEqual(later)
  expect(decodeBatch(records[1]!, createSeriesTexts()).series).toEqual([
    'damaged: the record of the log that names series 0',
    'damaged: the record of the log that names series 1',
  ])
})

test('numbers begin anew when there are too many, and after a record that was not written', () => {
  const numbers = createSeriesNumbers()
  const texts = createSeriesTexts()
  const wide = (from: number): Batch => {
    const series = Array.from({ length: 20_000 }, (_, at) => `["s${from + at}",null,null,"custom",{}]`)
    return { ...batch, series, seriesOf: [0, 1, 19_999] }
  }
  const meanings = [0, 20_000, 40_000, 0].map((from) => {
    const one = wide(from)
    const decoded = decodeBatch(encodeBatch(one, numbers), texts)
    expect(plain(decoded)).toEqual(one)
    return decoded.numbered!.meaning
  })
  expect(meanings.map((meaning) => meanings.indexOf(meaning))).toEqual([0, 0, 2, 2])
  encodeBatch({ ...batch, series: ['["lost",null,null,"custom",{}]', batch.series[0]!] }, numbers)
  numbers.forget()
  expect(plain(decodeBatch(encodeBatch(batch, numbers), texts))).toEqual(batch)
})

test('a record of another layout is refused', () => {
  const record = encodeBatch(batch, createSeriesNumbers())
  new Float64Array(record.buffer, 0, 1)[0] = 1
  expect(() => decodeBatch(record, createSeriesTexts())).toThrow('layout 1')
})
