import type { Rollup } from '../rollups/rollup'
import { quantile } from '../rollups/summary'

export const aggregations = ['count', 'sum', 'avg', 'min', 'max', 'p50', 'p95', 'p99', 'rate'] as const
export type Aggregation = (typeof aggregations)[number]

export const fields = ['value', 'duration_ms'] as const
export type Field = (typeof fields)[number]

/** True where sums, counts and extremes are enough. */
export const isPlain = (aggregation: Aggregation): boolean => !aggregation.startsWith('p')

/** The field that is meant when none is named: of calls their time, of measurements and of everything that is added up what they say. */
export function defaultField(aggregation: Aggregation, type: string | undefined): Field {
  if (aggregation === 'count' || aggregation === 'rate' || aggregation === 'sum') return 'value'
  return type === 'custom' || type === 'protocol_latency' ? 'value' : 'duration_ms'
}

/** What the numbers are. */
export function unitOf(aggregation: Aggregation, field: Field, type: string | undefined): string {
  if (aggregation === 'count') return 'metrics'
  if (aggregation === 'rate') return 'metrics per second'
  if (field === 'duration_ms') return 'ms'
  return type === 'protocol_latency' ? 's' : 'as sent'
}

/** One number; null where there is nothing to tell it from. `seconds` is the time that the rollup spans. */
export function aggregateOf(
  rollup: Rollup,
  aggregation: Aggregation,
  field: Field,
  seconds: number,
): number | null {
  const summary = field === 'value' ? rollup.value : rollup.duration
  const { count, sum, min, max } = summary
  if (aggregation === 'count') return count
  if (aggregation === 'rate') return count / seconds
  if (aggregation === 'sum') return sum
  if (count === 0) return null
  switch (aggregation) {
    case 'avg':
      return sum / count
    case 'min':
      return min
    case 'max':
      return max
    default:
      return quantile(summary, Number(aggregation.slice(1)) / 100)
  }
}

/** Rounded to so many digits as are meant: answers are read by people and agents. What is whole was counted, and stays. */
export const rounded = (value: number | null): number | null =>
  value === null || Number.isSafeInteger(value) ? value : Number(value.toPrecision(6))
