import { timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 as `sha256=<hex>`. */
export const signatureOf = (secret: string, body: string): string =>
  `sha256=${new Bun.CryptoHasher('sha256', secret).update(body).digest('hex')}`

/** Compares texts in a time that tells nothing but their equality. */
export function sameText(given: string, wanted: string): boolean {
  const hash = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(wanted))
}

/** A hash that tells a body from all others. */
export const fingerprint = (source: string, body: string): string =>
  new Bun.CryptoHasher('sha256').update(`${source}\0${body}`).digest('hex')
