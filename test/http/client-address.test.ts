import { expect, test } from 'bun:test'
import { createClientAddress, normalize } from '../../src/platform/http/client-address'

interface Row {
  proxies: string[]
  peer?: string
  xff?: string
  fly?: string
  onFly?: boolean
  is: string
}

const rows: Row[] = [
  { proxies: [], peer: '9.9.9.9', xff: '1.1.1.1', fly: '1.1.1.1', is: '9.9.9.9' },
  { proxies: ['10.0.0.0/8'], peer: '9.9.9.9', xff: '1.1.1.1', is: '9.9.9.9' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '1.1.1.1', is: '1.1.1.1' },
  { proxies: ['10.0.0.0/8'], peer: '::ffff:10.0.0.1', xff: '1.1.1.1', is: '1.1.1.1' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '6.6.6.6, 1.1.1.1', is: '1.1.1.1' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '6.6.6.6, 1.1.1.1, 10.0.0.2', is: '1.1.1.1' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '10.0.0.3, 10.0.0.2', is: '10.0.0.3' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '1.1.1.1, garbage, 10.0.0.2', is: '10.0.0.2' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '1.1.1.1:5555', is: '1.1.1.1' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '[2001:db8::1]:443', is: '2001:db8::1' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', xff: '', is: '10.0.0.1' },
  { proxies: ['10.0.0.0/8'], peer: '10.0.0.1', is: '10.0.0.1' },
  { proxies: ['127.0.0.1'], peer: '127.0.0.1', xff: '1.1.1.1', is: '1.1.1.1' },
  { proxies: ['127.0.0.1'], peer: '127.0.0.2', xff: '1.1.1.1', is: '127.0.0.2' },
  { proxies: ['fd00::/8'], peer: 'fdaa::5', xff: '1.1.1.1', is: '1.1.1.1' },
  { proxies: ['127.0.0.1'], peer: '127.0.0.1', fly: '1.1.1.1', is: '1.1.1.1' },
  { proxies: ['127.0.0.1'], peer: '127.0.0.1', xff: '2.2.2.2', fly: '1.1.1.1', is: '2.2.2.2' },
  {
    proxies: ['127.0.0.1'],
    peer: '127.0.0.1',
    xff: '1.1.1.1, 66.6.6.6',
    fly: '1.1.1.1',
    onFly: true,
    is: '1.1.1.1',
  },
  { proxies: ['127.0.0.1'], peer: '127.0.0.1', fly: 'nonsense', xff: '2.2.2.2', onFly: true, is: '2.2.2.2' },
  { proxies: ['127.0.0.1'], is: 'unknown' },
]

test.each(rows)('%j', ({ proxies, peer, xff, fly, onFly = false, is }) => {
  const headers = new Headers()
  if (xff !== undefined) headers.set('x-forwarded-for', xff)
  if (fly !== undefined) headers.set('fly-client-ip', fly)
  expect(createClientAddress(proxies, onFly).resolve(peer, headers)).toBe(is)
})

test('a chain of thousands is looked at from the right only', () => {
  const headers = new Headers({ 'x-forwarded-for': `1.1.1.1, ${'10.0.0.2, '.repeat(5000)}10.0.0.2` })
  expect(createClientAddress(['10.0.0.0/8'], false).resolve('10.0.0.1', headers)).toBe('10.0.0.2')
})

test.each(['10.0.0.0/33', 'fd00::/129', '10.0.0.0/', 'example.com', '10.0.0/8', '*', '10.0.0.0/-1'])(
  'the setting %s is refused',
  (proxy) => expect(() => createClientAddress([proxy], false)).toThrow('TRUSTED_PROXIES'),
)

test.each([
  ['::FFFF:1.2.3.4', '1.2.3.4'],
  [' 1.2.3.4 ', '1.2.3.4'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[::1]', '::1'],
  ['1.2.3', undefined],
  ['unknown', undefined],
  ['', undefined],
])('normalize(%j)', (text, address) => expect(normalize(text)).toBe(address as string))
