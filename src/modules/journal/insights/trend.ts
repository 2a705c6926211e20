import { type Static, Type } from '@sinclair/typebox'
import type { Reading } from './reading'

const closed = { additionalProperties: false }
const fewest = 6
/** Changes of the balance (-1 to 1) that are still called steady. */
const steady = 0.15

export const trendView = Type.Object(
  {
    direction: Type.Union(
      ['improving', 'steady', 'declining', 'unknown'].map((direction) => Type.Literal(direction)),
    ),
    earlier: Type.Union([Type.Number(), Type.Null()], {
      description: 'Mean balance of the older half, -1 to 1',
    }),
    later: Type.Union([Type.Number(), Type.Null()], { description: 'Mean balance of the newer half' }),
    entries: Type.Integer({ description: 'Entries with a sign of mood or discipline' }),
  },
  closed,
)

const mean = (values: number[]) =>
  Math.round((100 * values.reduce((sum, value) => sum + value, 0)) / values.length) / 100

/**
 * Whether signs of mood and discipline turn for the better: the newer half of the entries that hold any against the older half.
 * `readings` in any order; unknown below six such entries.
 */
export function trendOf(readings: readonly Reading[]): Static<typeof trendView> {
  const scored = readings
    .filter((reading): reading is Reading & { balance: number } => reading.balance !== undefined)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ balance }) => balance)
  if (scored.length < fewest)
    return { direction: 'unknown', earlier: null, later: null, entries: scored.length }
  const half = Math.floor(scored.length / 2)
  const earlier = mean(scored.slice(0, half))
  const later = mean(scored.slice(scored.length - half))
  const change = later - earlier
  const direction = Math.abs(change) <= steady ? 'steady' : change > 0 ? 'improving' : 'declining'
  return { direction, earlier, later, entries: scored.length }
}
