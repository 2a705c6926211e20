import { timingSafeEqual } from 'node:crypto'

/** Hex SHA-256, the only form in which secrets and emails are stored. */
export const sha256Hex = (text: string): string => Bun.SHA256.hash(text, 'hex')

/** SHA-256 as 32 bytes. */
export const sha256 = (text: string): Uint8Array => Bun.SHA256.hash(text) as Uint8Array

/** Compares two hashes in constant time. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => timingSafeEqual(a, b)

/** `bytes` random bytes as lower-case hex. */
export const randomHex = (bytes: number): string => crypto.getRandomValues(new Uint8Array(bytes)).toHex()

/** `bytes` random bytes in URL-safe base64 without padding. */
export const randomBase64url = (bytes: number): string =>
  crypto.getRandomValues(new Uint8Array(bytes)).toBase64({ alphabet: 'base64url', omitPadding: true })
