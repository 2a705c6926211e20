import { expect, test } from 'bun:test'
import type { AppError } from '../../src/core/errors'
import { addressLimit, createAddresses, networkOf } from '../../src/platform/limits/addresses'

function refusal(work: () => void): AppError | null {
  try {
    work()
    return null
  } catch (error) {
    return error as AppError
  }
}

test('an address has its requests a minute, and then the next minute', () => {
  let now = 1_000_000
  const take = createAddresses(() => now)
  for (let request = 0; request < addressLimit; request++) take('192.0.2.1')
  now += 20_000
  expect(refusal(() => take('192.0.2.1'))).toMatchObject({ kind: 'rate_limited', retryAfter: 40 })
  take('192.0.2.2')
  now += 40_000
  expect(refusal(() => take('192.0.2.1'))).toBeNull()
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['unknown', 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('neighbours in one IPv6 network share its requests', () => {
  const take = createAddresses(() => 0)
  for (let request = 0; request < addressLimit; request++) take(`2001:db8::${request.toString(16)}`)
  expect(refusal(() => take('2001:db8::ffff'))?.kind).toBe('rate_limited')
  expect(refusal(() => take('2001:db8:0:1::1'))).toBeNull()
})

test('at most 10,000 addresses are remembered: the oldest is forgotten', () => {
  const take = createAddresses(() => 0)
  for (let request = 0; request < addressLimit; request++) take('192.0.2.1')
  expect(refusal(() => take('192.0.2.1'))).not.toBeNull()
  for (let host = 0; host < 9999; host++) take(`10.0.${host >> 8}.${host & 255}`)
  expect(refusal(() => take('192.0.2.1'))).not.toBeNull()
  take('203.0.113.1')
  expect(refusal(() => take('192.0.2.1'))).toBeNull()
})
