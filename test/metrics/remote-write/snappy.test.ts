import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { compress } from 'snappyjs'
import { uncompress } from '../../../src/modules/metrics/remote-write/snappy'

const most = 1024 * 1024

test('what another library packed is unpacked to the same bytes', () => {
  const text = fc.array(fc.constantFrom('a', 'bc', 'http_requests_total', '\u0000', 'é'), { maxLength: 3000 })
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 5000 }),
    text.map((parts) => new TextEncoder().encode(parts.join(''))),
  )
  fc.assert(
    fc.property(bytes, (plain) => {
      const packed = new Uint8Array(compress(plain))
      expect(Buffer.from(uncompress(packed, most)).equals(plain)).toBe(true)
    }),
  )
})

test('any bytes end in an answer or a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(uncompress(bytes, most).length).toBeLessThanOrEqual(most)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
    { numRuns: 5000 },
  )
})

test.each([
  ['a literal whose length is negative as a signed number', [16, 0xfc, 0xf0, 0xff, 0xff, 0xff, 0, 0]],
  ['a length that is not announced whole', [0xff, 0xff]],
  ['more output than was announced', [1, 4, 65, 66]],
  ['less output than was announced', [3, 4, 65, 66]],
  ['a copy from before the start', [8, 0, 65, 1, 9]],
  ['a copy from nowhere', [8, 0, 65, 1, 0]],
  ['a literal that ends early', [4, 12, 65]],
])('%s is refused', (_, bytes) => {
  expect(() => uncompress(new Uint8Array(bytes), most)).toThrow('no whole Snappy block')
})

test('a bomb is refused by what it announces', () => {
  const bomb = new Uint8Array(compress(new Uint8Array(most + 1)))
  expect(bomb.length).toBeLessThan(most / 10)
  expect(() => uncompress(bomb, most)).toThrow(`unpacks to ${most + 1} bytes`)
})
