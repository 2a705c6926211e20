import type { Credentials } from './identity'
import { isJwt } from './jwt'
import { invalidHeader, missingCredential, missingIdentityHeader } from './refusal'

/** The one credential that a request is judged by. */
export type Credential =
  | { kind: 'key' | 'jwt'; secret: string }
  | { kind: 'subscription'; secret: string; email: string }

const token = /^[A-Za-z0-9._~+/=-]+$/
const bearer = new RegExp(`^Bearer +${token.source.slice(1)}`, 'i')

/** True for what may stand behind `Bearer`. */
export const isToken = (text: string): boolean => token.test(text)

/** The token of `Authorization: Bearer`. */
function bearerOf(authorization: string | undefined): string | undefined {
  const text = authorization?.trim()
  return text && bearer.test(text) ? text.slice(text.lastIndexOf(' ') + 1) : undefined
}

const usualScheme = 'Bearer '

/** What may be a key, where it stands as nearly all clients send it. Not looked into: only well-formed ones are recognized. */
export function likelyKeyOf(credentials: Pick<Credentials, 'header'>): string | undefined {
  const authorization = credentials.header('authorization')
  if (authorization === undefined) return credentials.header('x-api-key')
  return authorization.startsWith(usualScheme) ? authorization.slice(usualScheme.length) : undefined
}

/**
 * Picks the credential: `Authorization: Bearer`, else `X-API-Key`, else the two subscription headers. Another scheme in `Authorization`
 * (a proxy's own, say) counts only when it is all there is.
 */
export function readCredential(credentials: Pick<Credentials, 'header'>): Credential {
  const authorization = credentials.header('authorization')?.trim()
  const token = bearerOf(authorization)
  if (token) return { kind: isJwt(token) ? 'jwt' : 'key', secret: token }
  if (authorization && /^Bearer\b/i.test(authorization)) {
    throw invalidHeader('Authorization must read: Bearer <key>')
  }
  const key = credentials.header('x-api-key')?.trim()
  if (key) return { kind: 'key', secret: key }
  const subscription = readSubscription(
    credentials.header('x-user-email')?.trim(),
    credentials.header('x-subscription-key')?.trim(),
  )
  if (subscription) return subscription
  if (authorization) throw invalidHeader('Authorization must use the scheme Bearer: Bearer <key>')
  throw missingCredential()
}

function readSubscription(email: string | undefined, secret: string | undefined): Credential | undefined {
  if (!email && !secret) return undefined
  if (!email || !secret) throw missingIdentityHeader()
  return { kind: 'subscription', secret, email }
}
