import type { AggregateExpr } from './ast'
import { countValues } from './count-values'
import { groupLabels } from './grouping'
import { type Group, groupColumns } from './merge'
import { quantileOf } from './quantile'
import { type Column, type Evaluation, newColumn, type Value } from './steps'

/** Takes the series of a vector together. `given` is the number of topk, bottomk and quantile, or the label of count_values. */
export function aggregate(
  { op, grouping }: AggregateExpr,
  columns: Column[],
  given: Value | undefined,
  { steps: { count }, look, spend }: Evaluation,
): Column[] {
  look(columns.length * count)
  const param = given?.type === 'scalar' ? given.values : undefined
  if (given?.type === 'string') return countValues(given.value, grouping, columns, { count, spend })
  const groups = groupColumns(columns, (labels) => groupLabels(labels, grouping))
  if (op === 'topk' || op === 'bottomk') return groups.flatMap((group) => best(op, group, param!, count))
  return groups.map((group) => fold(op, group, param, count))
}

type Reduce = (values: number[], param: number) => number

const sum: Reduce = (values) => values.reduce((total, value) => total + value, 0)
const average: Reduce = (values) => sum(values, 0) / values.length

const variance: Reduce = (values) => {
  const mean = average(values, 0)
  return average(
    values.map((value) => (value - mean) ** 2),
    0,
  )
}

const reductions: Record<string, Reduce> = {
  sum,
  avg: average,
  min: (values) => values.reduce((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max: (values) => values.reduce((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(variance(values, 0)),
  stdvar: variance,
  quantile: (values, q) => quantileOf(q, values),
}

function fold(op: string, { labels, columns }: Group, param: Float64Array | undefined, count: number) {
  const reduce = reductions[op]!
  const result = newColumn(labels, count)
  for (let at = 0; at < count; at++) {
    const values: number[] = []
    for (const column of columns) if (column.has[at] === 1) values.push(column.values[at]!)
    if (values.length === 0) continue
    result.values[at] = reduce(values, param?.[at] ?? 0)
    result.has[at] = 1
  }
  return result
}

/** The series that are among the first k at each step, with their own labels; at a single step in that order. */
function best(op: string, { columns }: Group, param: Float64Array, count: number): Column[] {
  const chosen = columns.map(({ labels }) => newColumn(labels, count))
  let order = columns.map((_, place) => place)
  for (let at = 0; at < count; at++) {
    const rank = (place: number) => rankOf(columns[place]!.values[at]!, op)
    const present = columns.map((_, place) => place).filter((place) => columns[place]!.has[at] === 1)
    const ranked = present.toSorted((a, b) => rank(a) - rank(b))
    for (const place of ranked.slice(0, Math.max(0, Math.trunc(param[at]!) || 0))) {
      chosen[place]!.values[at] = columns[place]!.values[at]!
      chosen[place]!.has[at] = 1
    }
    if (count === 1) order = ranked
  }
  return order.map((place) => chosen[place]!).filter(({ has }) => has.includes(1))
}

/** Lower comes first; NaN is last either way. */
function rankOf(value: number, op: string): number {
  if (Number.isNaN(value)) return Number.MAX_VALUE
  const rank = op === 'topk' ? -value : value
  return Math.min(rank, Number.MAX_VALUE / 2)
}
