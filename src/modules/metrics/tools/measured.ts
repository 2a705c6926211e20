import { Type } from '@sinclair/typebox'
import { rounded } from '../query/aggregation'
import type { Rollup } from '../rollups/rollup'
import { quantile } from '../rollups/summary'

const milliseconds = Type.Union([Type.Number(), Type.Null()])

/** What is told of a group of calls; times are milliseconds, null where none was sent. */
export const measuredOutput = {
  calls: Type.Integer(),
  errors: Type.Integer(),
  error_percent: Type.Number(),
  avg_ms: milliseconds,
  p50_ms: milliseconds,
  p95_ms: milliseconds,
  p99_ms: milliseconds,
  max_ms: milliseconds,
}

export interface Measured {
  calls: number
  errors: number
  error_percent: number
  avg_ms: number | null
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
  max_ms: number | null
}

/** Each metric is one call; quantiles are within 1 %. */
export function measured({ failures, value: { count }, duration }: Rollup): Measured {
  const of = (q: number) => rounded(quantile(duration, q))
  const any = duration.count > 0
  return {
    calls: count,
    errors: failures,
    error_percent: count === 0 ? 0 : rounded((100 * failures) / count)!,
    avg_ms: any ? rounded(duration.sum / duration.count) : null,
    p50_ms: of(0.5),
    p95_ms: of(0.95),
    p99_ms: of(0.99),
    max_ms: any ? rounded(duration.max) : null,
  }
}
