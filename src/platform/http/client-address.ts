import { BlockList, isIP } from 'node:net'

/** Tells who is behind a connection. */
export interface ClientAddress {
  /** False where no proxy is trusted, and nothing needs to be asked. */
  readonly trustsSome: boolean
  /** True when forwarding headers of this peer count. */
  trusts(peer: string | undefined): boolean
  /** The client's address: the peer's own unless a trusted proxy names another. `unknown` without a peer. */
  resolve(peer: string | undefined, headers: Headers): string
}

/** Longest chain of forwarders that is looked at. */
const longestChain = 32

/**
 * `proxies` are CIDRs or addresses; throws on anything else. On Fly.io the last of `X-Forwarded-For` is the app's own address, so there
 * `Fly-Client-IP` wins; elsewhere that header only counts from a proxy that sends no `X-Forwarded-For`, because proxies pass on a
 * `Fly-Client-IP` that a client made up.
 */
export function createClientAddress(proxies: readonly string[], onFly: boolean): ClientAddress {
  const trusted = blockListOf(proxies)
  const trusts = (peer: string | undefined) => {
    const address = normalize(peer ?? '')
    return address !== undefined && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return {
    trustsSome: proxies.length > 0,
    trusts,
    resolve(peer, headers) {
      const direct = normalize(peer ?? '') ?? 'unknown'
      if (proxies.length === 0 || !trusts(peer)) return direct
      const chain = headers.get('x-forwarded-for')
      const fly = onFly || chain === null ? normalize(headers.get('fly-client-ip') ?? '') : undefined
      return fly ?? walk(direct, chain ?? '', trusts)
    },
  }
}

/** From the right: every trusted proxy vouches for the address to its left; the first untrusted one is the client. */
function walk(direct: string, chain: string, trusts: ClientAddress['trusts']): string {
  let client = direct
  for (const entry of chain.split(',').slice(-longestChain).reverse()) {
    const address = normalize(entry)
    if (address === undefined) break
    client = address
    if (!trusts(address)) break
  }
  return client
}

/** An address without port, brackets, zone and `::ffff:`; undefined when it is none. */
export function normalize(text: string): string | undefined {
  let address = text.trim().toLowerCase()
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address)
  if (bracketed) address = bracketed[1]!
  else if (/^[\d.]+:\d+$/.test(address)) address = address.slice(0, address.indexOf(':'))
  address = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/, '')
  return isIP(address) === 0 ? undefined : address
}

function blockListOf(proxies: readonly string[]): BlockList {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [base = '', bits] = proxy.split('/')
    const address = normalize(base)
    const width = address && isIP(address) === 6 ? 128 : 32
    const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (!address || !(prefix <= width)) {
      throw new Error(`TRUSTED_PROXIES: ${proxy} is not an address or CIDR like 10.0.0.0/8`)
    }
    list.addSubnet(address, prefix, width === 128 ? 'ipv6' : 'ipv4')
  }
  return list
}

const privateNetworks = blockListOf([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  ...['::1/128', 'fc00::/7', 'fe80::/10'],
])

/** Whether an address, as `normalize` gives it, is of this machine or of a network that the internet does not reach. */
export const isPrivate = (address: string): boolean =>
  privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
