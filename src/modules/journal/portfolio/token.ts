import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Credentials } from './credentials'

/** Coinbase accepts a token for at most two minutes. */
const lifetimeSeconds = 120

/**
 * A token for one request, as Coinbase's key authentication wants it: ES256, issuer `cdp`, the key's name as subject and key id, a nonce, and
 * the request it is good for as `uri` (`GET host/path`, without the query).
 */
export function signRequest(
  { keyName, privateKey }: Credentials,
  method: string,
  url: URL,
  now: number,
): Promise<string> {
  const seconds = Math.floor(now / 1000)
  return new SignJWT({ uri: `${method} ${url.host}${url.pathname}` })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: keyName, nonce: randomBytes(16).toString('hex') })
    .setIssuer('cdp')
    .setSubject(keyName)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + lifetimeSeconds)
    .sign(privateKey)
}
