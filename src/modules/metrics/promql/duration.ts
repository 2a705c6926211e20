import { badData } from './promql-error'

const units: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
}

const whole = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/

/** `1h30m` in milliseconds, or undefined when it is no duration. */
export function durationOf(text: string): number | undefined {
  if (text === '' || !whole.test(text)) return undefined
  let sum = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) sum += Number(count) * units[unit!]!
  return sum
}

/** A number literal of PromQL: decimal, hexadecimal, `Inf`, `NaN`, or a duration in seconds. */
export function numberOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase()
  const [, sign, rest] = /^([+-]?)(.*)$/.exec(plain)!
  const value = unsigned(rest!)
  if (value === undefined) throw badData(`${text} is not a number`)
  return sign === '-' ? -value : value
}

function unsigned(text: string): number | undefined {
  if (text === 'inf') return Number.POSITIVE_INFINITY
  if (text === 'nan') return Number.NaN
  const duration = durationOf(text)
  if (duration !== undefined) return duration / 1000
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}
