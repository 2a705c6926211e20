import { parseTime } from '../../../core/time'

const form =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2}(?:[.,]\d{1,9})?)?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/
const numeric = /^-?\d+(\.\d+)?$/
/** Larger numbers are milliseconds, smaller ones seconds. */
const watershed = 2e10

/** Milliseconds since the epoch, or undefined. A text without zone is UTC; numbers are seconds, or milliseconds where they are large. */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string') return undefined
  if (numeric.test(value)) return fromNumber(Number(value))
  const parts = form.exec(value)
  if (!parts) return undefined
  const [, date, minutes = '00:00', seconds = ':00', zone = 'Z'] = parts
  return parseTime(`${date}T${minutes}${seconds.replace(',', '.')}${withColon(zone)}`)
}

/** The largest and smallest date that there is. */
const mostMs = 8.64e15

function fromNumber(value: number): number | undefined {
  const at = Math.round(Math.abs(value) > watershed ? value : value * 1000)
  return Math.abs(at) <= mostMs ? at : undefined
}

const withColon = (zone: string) =>
  zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
