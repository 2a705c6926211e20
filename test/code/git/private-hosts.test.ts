import { expect, test } from 'bun:test'
import { isPrivateAddress, publicAddresses } from '../../../src/modules/code/git/private-hosts'

test.each([
  '127.0.0.1',
  '127.9.9.9',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fc00::1',
  'fd12::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:169.254.169.254',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fec0::1',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true)
})

test.each([
  '140.82.121.4',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '192.169.0.1',
  '2606:50c0:8000::153',
  '2a01:4f8::1',
])('%s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false)
})

const answering =
  (...addresses: string[]) =>
  async () =>
    addresses

test('a public host is used by the addresses that were checked', async () => {
  expect(await publicAddresses('git.example', answering('140.82.121.4', '2606:50c0:8000::153'))).toEqual([
    '140.82.121.4',
    '2606:50c0:8000::153',
  ])
})

test('one private answer among public ones refuses the host', async () => {
  const refused = publicAddresses('rebind.example', answering('140.82.121.4', '127.0.0.1'))
  await expect(refused).rejects.toMatchObject({ kind: 'invalid', code: 'private_host' })
})

test.each(['127.0.0.1', '::1', '169.254.169.254', '[::1]'.slice(1, -1)])(
  'the address %s is judged without a look-up',
  async (host) => {
    const never = async () => {
      throw new Error('looked up')
    }
    await expect(publicAddresses(host, never)).rejects.toMatchObject({ code: 'private_host' })
  },
)

test.each(['http://0x7f.1/a/b', 'http://2130706433/a/b', 'http://127.1/a/b', 'http://0177.0.0.1/a/b'])(
  '%s is loopback in another spelling',
  async (url) => {
    await expect(publicAddresses(new URL(url).hostname)).rejects.toMatchObject({ code: 'private_host' })
  },
)

test('a host that does not exist and a resolver that is down are told apart', async () => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error(code), { code })
  }
  await expect(publicAddresses('gone.example', failing('ENOTFOUND'))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'unknown_host',
  })
  await expect(publicAddresses('gone.example', failing('EAI_AGAIN'))).rejects.toMatchObject({
    kind: 'unavailable',
  })
  await expect(publicAddresses('empty.example', answering())).rejects.toMatchObject({ code: 'unknown_host' })
})
