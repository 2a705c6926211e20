import { type Static, Type } from '@sinclair/typebox'
import type { ListedRow } from '../entries/list-query'

const day = 86_400_000
const mostTypes = 50
const mostSymbols = 20
const mostWeeks = 53

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 1 })

export const countsView = Type.Object(
  {
    by_type: Type.Array(Type.Object({ entry_type: Type.String(), count }, closed)),
    by_symbol: Type.Array(Type.Object({ symbol: Type.String(), count }, closed), {
      description: 'The 20 most frequent',
    }),
    by_week: Type.Array(
      Type.Object(
        { week: Type.String({ description: 'ISO week, e.g. 2026-W47' }), monday: Type.String(), count },
        closed,
      ),
      { description: 'Weeks (UTC) with entries, oldest first; the newest 53' },
    ),
  },
  closed,
)

/** Midnight (UTC) of the Monday before or on `at`. */
function mondayOf(at: Date): Date {
  const midnight = Math.floor(at.getTime() / day) * day
  return new Date(midnight - ((at.getUTCDay() + 6) % 7) * day)
}

/** The ISO 8601 week that begins on this Monday; its year is that of its Thursday. */
export function weekOf(monday: Date): string {
  const thursday = new Date(monday.getTime() + 3 * day)
  const year = thursday.getUTCFullYear()
  const number = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day))
  return `${year}-W${String(number).padStart(2, '0')}`
}

function tally<K>(keys: Iterable<K>): [K, number][] {
  const counts = new Map<K, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts]
}

const mostFirst = (a: [string, number], b: [string, number]) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)

/** How many entries there are of each type, on each symbol and in each week. */
export function countEntriesBy(
  rows: readonly Pick<ListedRow, 'entry_type' | 'symbols' | 'occurred_at'>[],
): Static<typeof countsView> {
  const types = tally(rows.map(({ entry_type }) => entry_type)).sort(mostFirst)
  const symbols = tally(rows.flatMap(({ symbols }) => symbols)).sort(mostFirst)
  const weeks = tally(rows.map(({ occurred_at }) => mondayOf(occurred_at).getTime())).sort(
    (a, b) => a[0] - b[0],
  )
  return {
    by_type: types.slice(0, mostTypes).map(([entry_type, count]) => ({ entry_type, count })),
    by_symbol: symbols.slice(0, mostSymbols).map(([symbol, count]) => ({ symbol, count })),
    by_week: weeks.slice(-mostWeeks).map(([time, count]) => {
      const monday = new Date(time)
      return { week: weekOf(monday), monday: monday.toISOString().slice(0, 10), count }
    }),
  }
}
