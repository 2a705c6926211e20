import { describeError } from './describe-error'
import { isPrivateName } from './private-name'
import { scrub } from './scrub'

const deepest = 5
const mostItems = 50

/**
 * A copy of `value` that may be logged: private fields are dropped (numbers and booleans stay, they are counts and flags), texts are
 * scrubbed, errors become their name, message, cause. Deep or long structures are cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrub(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return describeError(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof URL) return scrub(value.href)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
  if (depth >= deepest) return '[deeper]'
  if (Array.isArray(value) || value instanceof Set) return redactList([...value], depth)
  return redactFields(value instanceof Map ? Object.fromEntries(value) : value, depth)
}

function redactList(items: unknown[], depth: number): unknown[] {
  const shown = items.slice(0, mostItems).map((item) => redact(item, depth + 1))
  return items.length > mostItems ? [...shown, `… (${items.length} items)`] : shown
}

/** The fields of an object that may be logged. */
export function redactFields(fields: object, depth = 0): Record<string, unknown> {
  const clean: Record<string, unknown> = {}
  for (const name in fields) {
    if (!Object.hasOwn(fields, name)) continue
    const value = (fields as Record<string, unknown>)[name]
    if (value === undefined) continue
    const harmless = typeof value === 'number' || typeof value === 'boolean'
    if (harmless || !isPrivateName(name)) clean[shownName(name)] = harmless ? value : redact(value, depth + 1)
  }
  return clean
}

const shownNames = new Map<string, string>()

/** Names are scrubbed as well. Nearly all of them come from our own code, again and again. */
function shownName(name: string): string {
  let shown = shownNames.get(name)
  if (shown === undefined) {
    shown = scrub(name)
    if (shownNames.size < 1_000) shownNames.set(name, shown)
  }
  return shown
}
