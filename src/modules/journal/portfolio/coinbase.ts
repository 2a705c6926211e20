import type { Static, TSchema } from '@sinclair/typebox'
import { AppError } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { fits } from '../../../core/validate'
import type { JournalSettings } from '../settings'
import type { Credentials } from './credentials'
import { signRequest } from './token'

/** Reads Coinbase's Advanced Trade API as one caller. */
export interface Coinbase {
  /** Throws `forbidden` (credentials refused), `unavailable` (down, slow, busy, not understood) or `UnknownThing`. */
  get<S extends TSchema>(path: string, query: [string, string][], schema: S): Promise<Static<S>>
}

/** Coinbase does not know what the request names. */
export class UnknownThing extends Error {}

/** Milliseconds that one request may take. */
const patience = 10_000

/** `signal` ends every request with the call that it serves. */
export function openCoinbase(
  host: Pick<Host<JournalSettings>, 'fetch' | 'now' | 'settings'>,
  credentials: Credentials,
  signal: AbortSignal,
): Coinbase {
  const base = host.settings.COINBASE_API_URL.replace(/\/+$/, '')
  return {
    async get(path, query, schema) {
      const url = new URL(`${base}${path}`)
      for (const [name, value] of query) url.searchParams.append(name, value)
      const token = await signRequest(credentials, 'GET', url, host.now())
      const response = await request(host, url, token, signal)
      if (!response.ok) throw await refusal(response)
      const body: unknown = await response.json().catch(() => undefined)
      if (!fits(schema, body)) throw unavailable('answered something that this version does not understand')
      return body as Static<typeof schema>
    },
  }
}

async function request(
  host: Pick<Host<JournalSettings>, 'fetch'>,
  url: URL,
  token: string,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await host.fetch(url.href, {
      headers: { Authorization: `Bearer ${token}`, Accept: 'application/json' },
      // A redirect would carry the token to somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    })
  } catch {
    signal.throwIfAborted()
    throw unavailable('did not answer in time or could not be reached')
  }
}

async function refusal(response: Response): Promise<Error> {
  // The connection is given back only when the body was read; what it says may repeat the credentials.
  await response.arrayBuffer().catch(() => {})
  const { status } = response
  if (status === 401)
    return refused(
      'Coinbase does not accept the credentials: check key name, private key and that the key still exists',
    )
  if (status === 403)
    return refused(
      'Coinbase accepts the key but not for this: give it view permission, and this server’s address if the key has a list of them',
    )
  if (status === 429) {
    return unavailable('is limiting this key’s requests', 'coinbase_rate_limited', waitOf(response))
  }
  if (status === 400 || status === 404) return new UnknownThing()
  return unavailable(`answered with status ${status}`)
}

const refused = (message: string) =>
  new AppError('forbidden', message, { code: 'coinbase_credentials_refused' })

const unavailable = (what: string, code = 'coinbase_unavailable', retryAfter = 10) =>
  new AppError('unavailable', `Coinbase ${what}: try again in a while`, { code, retryAfter })

function waitOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, 3600) : 10
}
