import { isIP } from 'node:net'
import { AppError } from '../../core/errors'

const form = /^(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?\.?)(?::\d{1,5})?$/i

/** The name of a `Host` value, lower case, without port and final dot; undefined when it is malformed. */
export function hostName(host: string): string | undefined {
  return form.exec(host)?.[1]?.toLowerCase().replace(/\.$/, '')
}

/** Names that never leave the machine. */
export const isLoopbackName = (name: string) =>
  name === 'localhost' ||
  name.endsWith('.localhost') ||
  name === '[::1]' ||
  name === '::1' ||
  isLoopbackIp(name)

const isLoopbackIp = (name: string) => name.startsWith('127.') && isIP(name) === 4

/** What a stranger cannot point their own DNS name at: addresses, names without a dot, private domains. */
const isPrivateName = (name: string) =>
  name.startsWith('[') || isIP(name) !== 0 || !name.includes('.') || /\.(internal|flycast|local)$/.test(name)

export interface HostRules {
  /** Address that the service binds. */
  HOST: string
  PUBLIC_URL?: string | undefined
  ALLOWED_ORIGINS?: readonly string[] | undefined
}

const remembered = 1000

/**
 * Checks `Host`, so that a page cannot reach the server under a name that its author points here (DNS rebinding). Always fine: loopback names
 * and the hosts of PUBLIC_URL and ALLOWED_ORIGINS. Bound to loopback, nothing else is. Bound to the network, anything is while
 * PUBLIC_URL is unset; with it, addresses and private names beside it.
 */
export function createHostCheck({ HOST, PUBLIC_URL, ALLOWED_ORIGINS }: HostRules): (host: string) => void {
  const urls = [...(PUBLIC_URL ? [PUBLIC_URL] : []), ...(ALLOWED_ORIGINS ?? [])]
  const own = new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname))
  const bound = isLoopbackName(HOST)
  const answersFor = (name: string) =>
    isLoopbackName(name) || own.has(name) || (!bound && (!PUBLIC_URL || isPrivateName(name)))
  const passed = new Set<string>()
  let newest: string | undefined
  return (host) => {
    if (host === newest) return
    if (!passed.has(host)) check(host)
    newest = host
  }

  function check(host: string): void {
    const name = hostName(host)
    if (name === undefined)
      throw new AppError('malformed', 'The Host header is not a host name with an optional port')
    if (!answersFor(name)) throw strangeHost()
    if (passed.size < remembered) passed.add(host)
  }
}

const strangeHost = () =>
  new AppError(
    'forbidden',
    'This server does not answer under this Host; PUBLIC_URL sets the name it is reached by',
    {
      code: 'host_not_allowed',
    },
  )
