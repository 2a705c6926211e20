import type { Config } from '../../platform/config/settings'
import { keyVariable } from '../../platform/mcp/bridge/refusals'
import { type Invocation, textOf, UsageError } from '../command'
import { keyOf, remoteUrl } from '../stdio-remote'
import type { Target } from './target'

/** Stands in a printed block for a key that nobody gave. */
export const keyToCome = 'PUT_YOUR_API_KEY_HERE'

/** What the command line and the environment say to connect with. Throws UsageError where that is not enough. */
export async function targetOf(invocation: Invocation): Promise<Target> {
  const given = textOf(invocation, 'url')
  if (invocation.flags.stdio) {
    if (given !== undefined || textOf(invocation, 'key') !== undefined) {
      throw new UsageError('--stdio works on local data: it takes no --url and no --key', 'connect')
    }
    return local(invocation.load().config)
  }
  const url = remoteUrl(
    given ?? (invocation.terminal.env.HOLDFAST_URL || ownUrl(invocation.load().config)),
    'connect',
  )
  warnOfPlainText(url, invocation)
  return { url, key: await chooseKey(invocation) }
}

function local({ DATABASE_URL, DATA_DIR }: Config): Target {
  if (DATABASE_URL) {
    throw new Error(
      'these settings keep data in Postgres, whose password does not belong into a client’s file: connect to a server with --url',
    )
  }
  return { dataDir: DATA_DIR! }
}

/** Where clients reach the server that these settings describe. */
function ownUrl({ PUBLIC_URL, HOST, PORT }: Config): string {
  if (PUBLIC_URL) return PUBLIC_URL
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`
}

function warnOfPlainText(url: string, { terminal }: Invocation): void {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname)) return
  terminal.warn(`warning: ${protocol}//${hostname} is not encrypted: the key can be read on the way\n`)
}

async function chooseKey(invocation: Invocation): Promise<string> {
  const { terminal, flags } = invocation
  const given = textOf(invocation, 'key')
  const text = given === '-' ? (await terminal.input()).trim() : given
  const key = text === undefined ? keyOf(terminal) : keyOf({ ...terminal, env: { [keyVariable]: text } })
  if (key !== undefined) return key
  if (flags.print) return keyToCome
  throw new UsageError(
    `connect needs a key: set ${keyVariable} to one, or give --key - and type it; holdfast keys create makes one`,
    'connect',
  )
}
