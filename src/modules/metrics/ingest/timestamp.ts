import { parseTime } from '../../../core/time'

const form =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(:\d{2}(?:[.,]\d{1,9})?)?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/
const numeric = /^-?\d+(\.\d+)?$/
/** Larger numbers are milliseconds, smaller ones seconds. */
const watershed = 2e10

/** The hour of the text before, `2026-11-21T09:`, which most often is the next one's too, and its time. */
let hour = '1970-01-01T00:'
let hourAt = 0

const hourForm = /^\d{4}-\d\d-\d\dT\d\d:$/
const withinHour = /^([0-5]\d):([0-5]\d)(?:\.(\d{3})\d{0,6})?(?:Z|\+00:00)?$/

/** Of a text in full form and UTC: in a sixth of the time that the general way takes. */
function readUsual(text: string): number | undefined {
  const parts = withinHour.exec(text.slice(hour.length))
  if (!parts) return undefined
  if (!text.startsWith(hour)) {
    const start = text.slice(0, hour.length)
    const at = hourForm.test(start) ? parseTime(`${start}00Z`) : undefined
    if (at === undefined) return undefined
    hour = start
    hourAt = at
  }
  const [, minutes, seconds, ms = 0] = parts
  return hourAt + 60_000 * Number(minutes) + 1000 * Number(seconds) + Number(ms)
}

/** Milliseconds since the epoch, or undefined. A text without zone is UTC; numbers are seconds, or milliseconds where they are large. */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string') return undefined
  const usual = readUsual(value)
  if (usual !== undefined) return usual
  if (numeric.test(value)) return fromNumber(Number(value))
  const parts = form.exec(value)
  if (!parts) return undefined
  const [, date, minutes = '00:00', seconds = ':00', zone = 'Z'] = parts
  return parseTime(`${date}T${minutes}${seconds.replace(',', '.')}${withColon(zone)}`)
}

/** The years 1 to 9999, which texts have as well. */
const first = Date.parse('0001-01-01T00:00:00Z')
const last = Date.parse('9999-12-31T23:59:59.999Z')

function fromNumber(value: number): number | undefined {
  const at = Math.round(Math.abs(value) > watershed ? value : value * 1000)
  return at >= first && at <= last ? at : undefined
}

const withColon = (zone: string) =>
  zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
