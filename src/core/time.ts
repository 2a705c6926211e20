const form =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)([Zz]|[+-]\d{2}:\d{2})?)?$/

/** Days that every month has. */
const fewestDays = 28
const daysOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()

/**
 * Milliseconds of an ISO 8601 date or time: a date alone is its midnight, a time without zone is UTC, wherever the server runs. Undefined
 * for any other text, days that the month does not have among them: `Date.parse` takes 30 February for 2 March.
 */
export function parseTime(text: string): number | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, year, month, day, time, zone = 'Z'] = match
  const date = `${year}-${month}-${day}`
  const at = Date.parse(time === undefined ? date : `${date}T${time}${zone.toUpperCase()}`)
  const isLate = Number(day) > fewestDays && Number(day) > daysOf(Number(year), Number(month))
  return Number.isNaN(at) || isLate ? undefined : at
}
