import { AppError } from '../../core/errors'
import { isJwt } from '../identity/jwt'
import { isIngestKey, keyIdOf } from '../identity/key'
import { isSubscriptionKey } from '../identity/subscription'

/** Parameters that can mean nothing but a credential, without blanks, _ and -. */
const names = new Set([
  'accesstoken',
  'apikey',
  'authorization',
  'authtoken',
  'bearer',
  'bearertoken',
  'idtoken',
  'jwt',
  'refreshtoken',
  'subscriptionkey',
  'xapikey',
  'xsubscriptionkey',
])

/**
 * Refuses a credential in the query (RFC 6750 and MCP forbid it): addresses are kept in logs, histories and `Referer` headers. It is told by
 * the parameter's name or by its own form, and never repeated.
 */
export function checkQuery(url: string): void {
  const at = url.indexOf('?')
  if (at < 0) return
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    if (names.has(name.toLowerCase().replace(/[\s_-]/g, '')) || isCredential(value)) throw inQuery()
  }
}

const isCredential = (text: string) =>
  isIngestKey(text) ||
  isSubscriptionKey(text) ||
  keyIdOf(text) !== undefined ||
  (text.startsWith('eyJ') && isJwt(text))

const inQuery = () =>
  new AppError(
    'malformed',
    'A credential stands in the URL, where logs keep it: replace it by a new one, and send that in a header (Authorization: Bearer <key>)',
    { code: 'AUTH_IN_QUERY' },
  )
