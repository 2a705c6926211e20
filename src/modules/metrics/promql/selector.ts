import type { SelectorExpr, SubqueryExpr } from './ast'
import { withoutName } from './labels'
import { mergeEqual } from './merge'
import type { RangeFunction } from './range-functions'
import type { RangeWindow } from './range-window'
import type { SampleSeries } from './sample-source'
import { type Column, type Evaluation, newColumn, timeAt } from './steps'

/** The evaluation of what `@` nails to one time: at every step the same. */
export function pinned(expr: SelectorExpr | SubqueryExpr, evaluation: Evaluation): Evaluation {
  if (expr.at === undefined) return evaluation
  const { start, end } = evaluation.whole
  const time = expr.at === 'start' ? start : expr.at === 'end' ? end : expr.at
  return { ...evaluation, steps: { start: time, step: 0, count: evaluation.steps.count } }
}

/** The last sample within the look-back at every step. `timestamps` gives the times of the samples, in seconds, instead of their values. */
export function instantColumns(expr: SelectorExpr, given: Evaluation, timestamps = false): Column[] {
  const { matchers, offset } = expr
  const evaluation = pinned(expr, given)
  const { steps, lookback, source } = evaluation
  const from = steps.start - offset - lookback
  const to = timeAt(steps, steps.count - 1) - offset
  const series = source.select(matchers, {
    from,
    to,
    step: steps.step,
    range: undefined,
    spend: evaluation.spend,
  })
  const columns: Column[] = []
  for (const one of series) {
    evaluation.spend(steps.count + one.times.length)
    columns.push(lastValues(one, evaluation, offset, timestamps))
  }
  return columns
}

function lastValues(
  { labels, times, values }: SampleSeries,
  { steps, lookback }: Evaluation,
  offset: number,
  timestamps: boolean,
): Column {
  const column = newColumn(labels, steps.count)
  let next = 0
  for (let at = 0; at < steps.count; at++) {
    const time = timeAt(steps, at) - offset
    while (next < times.length && times[next]! <= time) next++
    if (next === 0 || times[next - 1]! <= time - lookback) continue
    column.values[at] = timestamps ? times[next - 1]! / 1000 : values[next - 1]!
    column.has[at] = 1
  }
  return column
}

/** The samples that the ranges of every step look at. `sumBy`: only the sums of their rates over these labels are wanted. */
export function rangeSeries(
  expr: SelectorExpr,
  evaluation: Evaluation,
  sumBy?: readonly string[],
): SampleSeries[] {
  const { source, steps, spend } = pinned(expr, evaluation)
  const range = expr.range!
  const from = steps.start - expr.offset - range
  const to = timeAt(steps, steps.count - 1) - expr.offset
  return source.select(expr.matchers, { from, to, step: steps.step, range, spend, ...(sumBy && { sumBy }) })
}

/** A function of the samples in `(time - range, time]` at every step. */
export function rangeColumns(
  series: SampleSeries[],
  expr: SelectorExpr | SubqueryExpr,
  evaluation: Evaluation,
  compute: RangeFunction,
  options: { params?: Float64Array; keepName?: boolean } = {},
): Column[] {
  const { steps } = pinned(expr, evaluation)
  const { offset } = expr
  const range = expr.range!
  const columns = series.map(({ labels, times, values }) => {
    evaluation.spend(steps.count + times.length)
    const column = newColumn(options.keepName ? labels : withoutName(labels), steps.count)
    const window: RangeWindow = { times, values, first: 0, last: -1, from: 0, to: 0, time: 0 }
    for (let at = 0; at < steps.count; at++) {
      moveTo(window, timeAt(steps, at) - offset, range)
      if (window.last < window.first) continue
      window.time = timeAt(evaluation.steps, at)
      evaluation.look(window.last - window.first + 1)
      const value = compute(window, options.params?.[at] ?? 0)
      if (value === undefined) continue
      column.values[at] = value
      column.has[at] = 1
    }
    return column
  })
  return options.keepName ? columns : mergeEqual(columns)
}

/** Times ascend, so both ends of the window only ever move forward. */
function moveTo(window: RangeWindow, to: number, range: number): void {
  window.to = to
  window.from = to - range
  const { times } = window
  while (window.last + 1 < times.length && times[window.last + 1]! <= to) window.last++
  while (window.first < times.length && times[window.first]! <= window.from) window.first++
}

/** The steps at which a subquery is evaluated: multiples of its own step since the epoch, after the first range's start. */
export function subquerySteps(expr: SubqueryExpr, evaluation: Evaluation, defaultStep: number) {
  const { steps } = pinned(expr, evaluation)
  const step = expr.step ?? defaultStep
  const from = steps.start - expr.offset - expr.range
  const start = (Math.floor(from / step) + 1) * step
  const end = timeAt(steps, steps.count - 1) - expr.offset
  return { start, step, count: Math.max(0, Math.floor((end - start) / step) + 1) }
}

/** Columns as if they were samples. */
export function samplesOf(columns: Column[], steps: { start: number; step: number }): SampleSeries[] {
  return columns.map(({ labels, values, has }) => {
    const times = new Float64Array(values.length)
    const kept = new Float64Array(values.length)
    let count = 0
    for (let at = 0; at < values.length; at++) {
      if (has[at] === 0) continue
      times[count] = steps.start + at * steps.step
      kept[count++] = values[at]!
    }
    return { labels, times: times.subarray(0, count), values: kept.subarray(0, count) }
  })
}
