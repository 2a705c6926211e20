import type { Fault } from '../../core/errors'

const form = /^\d{4}-\d{2}-\d{2}(?:([Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:\d{2})?)?$/

/** ISO 8601; a date alone is its midnight, a time without zone is UTC. Undefined when it is none. */
export function parseTime(text: string): Date | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const time = new Date(match[1] && !match[2] ? `${text}Z` : text)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** Reads an optional expiry; null is "never". Adds to `faults` what is wrong with it. */
export function readExpiry(value: string | Date | null | undefined, faults: Fault[]): Date | null {
  if (value === undefined || value === null) return null
  const time = typeof value === 'string' ? parseTime(value) : value
  if (time && !Number.isNaN(time.getTime())) return time
  faults.push({ path: '/expires_at', message: 'must be an ISO 8601 date or time, e.g. 2027-01-31T00:00:00Z' })
  return null
}
