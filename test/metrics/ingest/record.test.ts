import { expect, test } from 'bun:test'
import { type Batch, decodeBatch, encodeBatch } from '../../../src/modules/metrics/ingest/record'

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

test.each([0, 1, 2, 3, 4, 5, 6, 7])('a record is what it was, %i bytes into a buffer', (offset) => {
  const record = encodeBatch(batch)
  const buffer = Buffer.alloc(record.length + offset)
  buffer.set(record, offset)
  expect(decodeBatch(buffer.subarray(offset))).toEqual(batch)
})

test('a record of another layout is refused', () => {
  const record = encodeBatch(batch)
  new Float64Array(record.buffer, 0, 1)[0] = 2
  expect(() => decodeBatch(record)).toThrow('layout 2')
})
