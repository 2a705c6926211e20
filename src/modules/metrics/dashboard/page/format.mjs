const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const clock = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

const hours = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' })
const seconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** A mark on an axis whose marks are `step` seconds apart; a day under the first mark that lies in it. */
export function axisTime(time, step, before) {
  const date = new Date(time * 1000)
  const today = day.format(date)
  if (step >= 86_400) return today
  const clock = (step < 60 ? seconds : hours).format(date)
  return before !== undefined && day.format(new Date(before * 1000)) === today ? clock : `${clock}\n${today}`
}

/** Stands where there is no number. */
export const none = '–'

/** 1,234 or 12.3K. */
export const count = (value) => (value < 10_000 ? whole.format(value) : short.format(value))

/** Requests a second. */
export const rate = (value) => (value == null ? none : `${digits.format(value)}/s`)

/** Per cent of 0 to 100. */
export const percent = (value) =>
  value == null ? none : `${value > 0 && value < 0.01 ? '<0.01' : digits.format(value)} %`

/** Milliseconds in the unit that reads best. */
export function duration(ms) {
  if (ms == null) return none
  if (ms < 1000) return `${digits.format(ms)} ms`
  return ms < 60_000 ? `${digits.format(ms / 1000)} s` : `${digits.format(ms / 60_000)} min`
}

/** A moment in the reader's own time zone; takes seconds since the epoch. */
export const moment = (seconds) => clock.format(new Date(seconds * 1000))

export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
