const dateOf = (seconds: number) => new Date(Math.trunc(seconds) * 1000)
const day = 86_400_000

/** Parts of a time in seconds since the epoch, UTC, by name. */
export const dateFunctions: Record<string, (seconds: number) => number> = {
  minute: (seconds) => dateOf(seconds).getUTCMinutes(),
  hour: (seconds) => dateOf(seconds).getUTCHours(),
  day_of_week: (seconds) => dateOf(seconds).getUTCDay(),
  day_of_month: (seconds) => dateOf(seconds).getUTCDate(),
  day_of_year(seconds) {
    const date = dateOf(seconds)
    const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
    return (midnight - Date.UTC(date.getUTCFullYear(), 0, 1)) / day + 1
  },
  days_in_month(seconds) {
    const date = dateOf(seconds)
    return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  },
  month: (seconds) => dateOf(seconds).getUTCMonth() + 1,
  year: (seconds) => dateOf(seconds).getUTCFullYear(),
}
