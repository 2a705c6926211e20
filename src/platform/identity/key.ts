import type { Tier } from '../../core/principal'
import { randomBase64url, randomHex } from './secret'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const [uuidLength, secretLength] = [36, 64]
const ingestPrefix = 'mcp_metrics_'
const ingestKey = /^mcp_metrics_[A-Za-z0-9_-]{43}$/

/** `<prefix>_<tier>_<id>_<secret>`: the tier is a label, the id finds the row, 256 random bits in hex are the secret. */
export const makeKey = (prefix: string, tier: Tier, id: string): string =>
  `${prefix}_${tier}_${id}_${randomHex(32)}`

/** `mcp_metrics_` and 256 random bits in URL-safe base64: all that a sender of metrics needs. */
export const makeIngestKey = (): string => `${ingestPrefix}${randomBase64url(32)}`

export const isIngestKey = (text: string): boolean => text.startsWith(ingestPrefix) && ingestKey.test(text)

/** The id inside a key's text, whatever its prefix; undefined when it has no such form. */
export function keyIdOf(text: string): string | undefined {
  const end = text.length - secretLength - 1
  const id = text.slice(Math.max(0, end - uuidLength), Math.max(0, end))
  return uuid.test(id) ? id : undefined
}

/** True for what may stand in `API_KEY_PREFIX`. */
export const isKeyPrefix = (text: string): boolean => /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(text)
