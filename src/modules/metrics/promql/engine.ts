import { type Expr, typeOf } from './ast'
import { evaluate, samples } from './evaluate'
import { lookback } from './lookback'
import { parse } from './parse'
import { badData, failed, PromqlError } from './promql-error'
import { matrixOf, type QueryData, rangeOf, scalarOf, vectorOf } from './result'
import type { SampleSource } from './sample-source'
import type { Evaluation, Steps } from './steps'

/** What one query may cost. */
export interface Bounds {
  /** Samples read and points computed, over all series. */
  points: number
  /** Milliseconds. */
  time: number
}

/** A range query answers at most so many points a series, as Prometheus does. */
export const mostSteps = 11_000

/** Evaluates an expression at one time (milliseconds). Throws PromqlError. */
export function queryInstant(source: SampleSource, text: string, time: number, bounds: Bounds): QueryData {
  const expr = parse(text)
  const evaluation = evaluationOf(source, { start: time, step: 0, count: 1 }, bounds)
  const type = typeOf(expr)
  if (type === 'matrix') {
    if (expr.kind !== 'selector' && expr.kind !== 'subquery') throw badData('not a range vector')
    const to = time - expr.offset
    return matrixOf(samples(expr, evaluation), to - expr.range!, to)
  }
  const value = evaluate(expr, evaluation)
  if (value.type === 'string') return { resultType: 'string', result: [time / 1000, value.value] }
  return value.type === 'scalar' ? scalarOf(value.values, time) : vectorOf(value.columns, time)
}

/** Evaluates an expression at `start`, `start + step`, … until `end` (milliseconds). Throws PromqlError. */
export function queryRange(
  source: SampleSource,
  text: string,
  range: { start: number; end: number; step: number },
  bounds: Bounds,
): QueryData {
  const steps = stepsOf(range)
  const expr = parse(text)
  refuseUnranged(expr)
  const value = evaluate(expr, evaluationOf(source, steps, bounds))
  return rangeOf(value, steps)
}

function refuseUnranged(expr: Expr): void {
  const type = typeOf(expr)
  if (type === 'scalar' || type === 'vector') return
  const name = type === 'matrix' ? 'range vector' : type
  throw badData(`invalid expression type "${name}" for range query, must be Scalar or instant Vector`)
}

function stepsOf({ start, end, step }: { start: number; end: number; step: number }): Steps {
  if (end < start) throw badData('invalid parameter "end": end timestamp must not be before start time')
  if (!(step > 0))
    throw badData(
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  const count = Math.floor((end - start) / step) + 1
  if (count > mostSteps)
    throw badData(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    )
  return { start, step, count }
}

function evaluationOf(source: SampleSource, steps: Steps, bounds: Bounds): Evaluation {
  const until = performance.now() + bounds.time
  let spent = 0
  return {
    source,
    steps,
    lookback,
    spend(points) {
      spent += points
      if (spent > bounds.points)
        throw failed(
          `query processing would load more than ${bounds.points} samples: ask for fewer series or a shorter time`,
        )
      if (performance.now() > until)
        throw new PromqlError(
          'timeout',
          `query timed out after ${bounds.time / 1000} s: ask for fewer series or a shorter time`,
        )
    },
  }
}
