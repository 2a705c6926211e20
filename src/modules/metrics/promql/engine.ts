import { type Expr, typeOf } from './ast'
import { evaluate, samples } from './evaluate'
import { lookback } from './lookback'
import { parse } from './parse'
import { badData, failed, PromqlError } from './promql-error'
import { matrixOf, type QueryData, rangeOf, scalarOf, vectorOf } from './result'
import type { SampleSource } from './sample-source'
import { pinned } from './selector'
import type { Evaluation, Steps } from './steps'

/** What one query may cost. */
export interface Bounds {
  /** Samples read and points computed, over all series. */
  points: number
  /** Milliseconds. */
  time: number
  /** Points of one answer. */
  answer?: number
  /** Told of points as they are counted. */
  tell?: (points: number) => void
}

/** A range query answers at most so many points a series, as Prometheus does. */
export const mostSteps = 11_000

/** Evaluates an expression at one time (milliseconds). Throws PromqlError. */
export function queryInstant(source: SampleSource, text: string, time: number, bounds: Bounds): QueryData {
  const expr = parse(text)
  const evaluation = evaluationOf(source, { start: time, step: 0, count: 1 }, time, bounds)
  const type = typeOf(expr)
  if (type === 'matrix') {
    if (expr.kind !== 'selector' && expr.kind !== 'subquery') throw badData('not a range vector')
    const to = pinned(expr, evaluation).steps.start - expr.offset
    const found = samples(expr, evaluation)
    checkAnswer(
      found.reduce((sum, { times }) => sum + times.length, 0),
      bounds,
    )
    return matrixOf(found, to - expr.range!, to)
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
  const value = evaluate(expr, evaluationOf(source, steps, range.end, bounds))
  checkAnswer(value.type === 'vector' ? value.columns.length * steps.count : 0, bounds)
  return rangeOf(value, steps)
}

function checkAnswer(points: number, { answer = Number.POSITIVE_INFINITY }: Bounds): void {
  if (points <= answer) return
  throw failed(
    `the answer would have ${points} points, more than ${answer}: aggregate, ask for fewer series, a longer step or a shorter time`,
  )
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

/** Samples that are looked at between two looks at the clock. */
const lookOften = 200_000

function evaluationOf(source: SampleSource, steps: Steps, end: number, bounds: Bounds): Evaluation {
  const until = performance.now() + bounds.time
  let spent = 0
  let looked = 0
  const look = (samples: number) => {
    looked += samples
    if (looked < lookOften) return
    looked = 0
    if (performance.now() > until) throw overtime(bounds)
  }
  return {
    source,
    steps,
    whole: { start: steps.start, end },
    lookback,
    look,
    spend(points) {
      spent += points
      bounds.tell?.(points)
      if (spent > bounds.points) throw tooMany(bounds)
      look(points)
    },
  }
}

const tooMany = ({ points }: Bounds) =>
  failed(`query processing would load more than ${points} samples: ask for fewer series or a shorter time`)

const overtime = ({ time }: Bounds) =>
  new PromqlError('timeout', `query timed out after ${time / 1000} s: ask for fewer series or a shorter time`)
