const form =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2}(?:[.,]\d{1,9})?)?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/
const numeric = /^-?\d+(\.\d+)?$/
/** Larger numbers are milliseconds, smaller ones seconds. */
const watershed = 2e10

/** Milliseconds since the epoch, or undefined. A text without zone is UTC; numbers are seconds, or milliseconds where they are large. */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string') return undefined
  const quick = withinHour(value)
  if (quick !== undefined) return quick
  if (numeric.test(value)) return fromNumber(Number(value))
  const parts = form.exec(value)
  if (!parts) return undefined
  const [, date, minutes = '00:00', seconds = ':00', zone = 'Z'] = parts
  const at = Date.parse(`${date}T${minutes}${seconds.replace(',', '.')}${withColon(zone)}`)
  return Number.isNaN(at) ? undefined : at
}

/** The hour of the timestamp before, `2026-11-21T09:`, which most often is the next one's too, and its time. */
let hour = '1970-01-01T00:'
let hourAt = 0

/** A UTC timestamp in full form: five times as fast as reading it whole. */
function withinHour(value: string): number | undefined {
  if (!value.startsWith(hour) && !setHour(value)) return undefined
  const seconds = 60 * below60(value, 14) + below60(value, 17)
  if (Number.isNaN(seconds) || value.charCodeAt(16) !== 58) return undefined
  let end = 19
  let ms = 0
  if (value.charCodeAt(end) === 46) {
    for (end++; digitAt(value, end) < 10; end++) if (end < 23) ms = 10 * ms + digitAt(value, end)
    if (end < 23 || end > 29) return undefined
  }
  return isUtc(value, end) ? hourAt + 1000 * seconds + ms : undefined
}

function setHour(value: string): boolean {
  if (value.charCodeAt(10) !== 84 || value.charCodeAt(13) !== 58 || value.slice(11, 13) > '23') return false
  const start = value.slice(0, 14)
  const at = Date.parse(`${start}00Z`)
  if (Number.isNaN(at)) return false
  hour = start
  hourAt = at
  return true
}

/** Two digits; NaN where they are none, or make 60 or more. */
function below60(value: string, at: number): number {
  const [tens, ones] = [digitAt(value, at), digitAt(value, at + 1)]
  return tens < 6 && ones < 10 ? 10 * tens + ones : Number.NaN
}

/** 0 to 9 for a digit, else something that is not less than 10. */
function digitAt(value: string, at: number): number {
  const digit = value.charCodeAt(at) - 48
  return digit >= 0 ? digit : Number.NaN
}

function isUtc(value: string, from: number): boolean {
  const rest = value.length - from
  if (rest === 0) return true
  return rest === 1 ? value.charCodeAt(from) === 90 : rest === 6 && value.endsWith('+00:00')
}

/** The largest and smallest date that there is. */
const mostMs = 8.64e15

function fromNumber(value: number): number | undefined {
  const at = Math.round(Math.abs(value) > watershed ? value : value * 1000)
  return Math.abs(at) <= mostMs ? at : undefined
}

const withColon = (zone: string) =>
  zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
