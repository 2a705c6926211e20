import type { Fault } from '../../core/errors'
import { parseTime } from '../../core/time'

/** Reads an optional expiry; null is "never". Adds to `faults` what is wrong with it. */
export function readExpiry(value: string | Date | null | undefined, faults: Fault[]): Date | null {
  if (value === undefined || value === null) return null
  const time = typeof value === 'string' ? parseTime(value) : value.getTime()
  if (time !== undefined && !Number.isNaN(time)) return new Date(time)
  faults.push({ path: '/expires_at', message: 'must be an ISO 8601 date or time, e.g. 2027-01-31T00:00:00Z' })
  return null
}
