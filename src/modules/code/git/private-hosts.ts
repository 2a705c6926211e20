import { lookup } from 'node:dns/promises'
import { BlockList, isIP, isIPv6 } from 'node:net'
import { AppError } from '../../../core/errors'

/** Networks that are nobody else's business: this machine, its neighbours, and what clouds keep at fixed addresses (RFC 6890 and later). */
const networks: [address: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]

/** Apart from each other: one list for both would find every IPv4 address in the block of IPv6 that stands for them. */
const refused = { ipv4: new BlockList(), ipv6: new BlockList() }
for (const [address, bits] of networks) refused[familyOf(address)].addSubnet(address, bits, familyOf(address))

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

/** True for addresses outside of the public internet, and for those that stand for one of these. */
export const isPrivateAddress = (address: string): boolean =>
  refused[familyOf(address)].check(address, familyOf(address))

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<string[]>

export const resolveHost: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

/**
 * The addresses of a public host, to be used instead of its name: a second look-up could give others. One private address among them
 * refuses the host.
 */
export async function publicAddresses(host: string, resolve: Resolve = resolveHost): Promise<string[]> {
  const addresses = isIP(host) ? [host] : await resolveOr(host, resolve)
  if (addresses.length === 0) throw unknownHost()
  if (addresses.some(isPrivateAddress))
    throw new AppError(
      'invalid',
      'The repository’s host has a private address, which this server does not fetch from',
      {
        code: 'private_host',
        errors: [{ path: '/repository', message: 'must be on a public host' }],
      },
    )
  return addresses
}

async function resolveOr(host: string, resolve: Resolve): Promise<string[]> {
  try {
    return await resolve(host)
  } catch (cause) {
    const code = (cause as { code?: string }).code
    if (code === 'EAI_AGAIN' || code === 'ETIMEOUT' || code === 'EAI_FAIL')
      throw new AppError('unavailable', 'The repository’s host cannot be looked up right now', { cause })
    throw unknownHost()
  }
}

const unknownHost = () =>
  new AppError('invalid', 'The repository’s host is not known', {
    code: 'unknown_host',
    errors: [{ path: '/repository', message: 'must be on a host that exists' }],
  })
