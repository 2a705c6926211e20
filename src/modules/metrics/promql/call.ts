import { type CallExpr, type Expr, type SelectorExpr, type SubqueryExpr, typeOf } from './ast'
import { dateFunctions } from './date-functions'
import { numberOf } from './duration'
import { labelJoin, labelReplace } from './label-functions'
import { type Labels, labelsOf, nameLabel, withoutName } from './labels'
import { mathFunctions } from './math-functions'
import { groupColumns, mergeEqual } from './merge'
import { failed } from './promql-error'
import { bucketQuantile } from './quantile'
import { rangeFunctions } from './range-functions'
import type { SampleSeries } from './sample-source'
import { instantColumns, rangeColumns } from './selector'
import { type Column, type Evaluation, mapColumn, newColumn, timeAt, type Value } from './steps'

/** How a call gets at its arguments. */
export interface Arguments {
  value(expr: Expr): Value
  samples(expr: SelectorExpr | SubqueryExpr): SampleSeries[]
}

/** The value of a function call at every step. */
export function call(expr: CallExpr, evaluation: Evaluation, args: Arguments): Value {
  const { name } = expr
  if (rangeFunctions[name]) return vector(callRange(expr, evaluation, args))
  if (mathFunctions[name]) return vector(callMath(expr, args))
  if (dateFunctions[name]) return vector(callDate(expr, evaluation, args))
  return special[name]!(expr, evaluation, args)
}

const vector = (columns: Column[]): Value => ({ type: 'vector', columns })

function callRange({ name, args: given }: CallExpr, evaluation: Evaluation, args: Arguments) {
  const matrix = given.find((arg) => typeOf(arg) === 'matrix') as SelectorExpr | SubqueryExpr
  const param = given.find((arg) => arg !== matrix)
  const params = param && scalarOf(param, args)
  const options = { ...(params && { params }), keepName: name === 'last_over_time' }
  return rangeColumns(args.samples(matrix), matrix, evaluation, rangeFunctions[name]!, options)
}

function callMath({ name, args: given }: CallExpr, args: Arguments): Column[] {
  const columns = columnsOf(given[0]!, args)
  const scalars = given.slice(1).map((expr) => scalarOf(expr, args))
  const compute = mathFunctions[name]!
  return mergeEqual(
    columns.map((column) =>
      mapColumn(
        column,
        (value, at) => compute(value, ...scalars.map((values) => values[at]!)),
        withoutName(column.labels),
      ),
    ),
  )
}

/** Without an argument, of the time of the evaluation. */
function callDate({ name, args: [expr] }: CallExpr, { steps }: Evaluation, args: Arguments): Column[] {
  const compute = dateFunctions[name]!
  if (expr) {
    const columns = columnsOf(expr, args)
    return mergeEqual(columns.map((column) => mapColumn(column, compute, withoutName(column.labels))))
  }
  const column = newColumn(labelsOf([]), steps.count)
  for (let at = 0; at < steps.count; at++) column.values[at] = compute(timeAt(steps, at) / 1000)
  column.has.fill(1)
  return [column]
}

function scalarOf(expr: Expr, args: Arguments): Float64Array {
  const value = args.value(expr)
  if (value.type !== 'scalar') throw failed('a scalar was expected')
  return value.values
}

function columnsOf(expr: Expr, args: Arguments): Column[] {
  const value = args.value(expr)
  if (value.type !== 'vector') throw failed('an instant vector was expected')
  return value.columns
}

const textOf = (expr: Expr): string => (expr.kind === 'string' ? expr.value : '')

type Special = (expr: CallExpr, evaluation: Evaluation, args: Arguments) => Value

const special: Record<string, Special> = {
  time: (_, { steps }) => ({
    type: 'scalar',
    values: Float64Array.from({ length: steps.count }, (_, at) => timeAt(steps, at) / 1000),
  }),
  pi: (_, { steps }) => ({ type: 'scalar', values: new Float64Array(steps.count).fill(Math.PI) }),
  scalar({ args: [expr] }, { steps }, args) {
    return { type: 'scalar', values: onlyValues(columnsOf(expr!, args), steps.count) }
  },
  vector({ args: [expr] }, _, args) {
    const values = scalarOf(expr!, args)
    return vector([{ labels: labelsOf([]), values, has: new Uint8Array(values.length).fill(1) }])
  },
  timestamp({ args: [expr] }, evaluation, args) {
    if (expr!.kind === 'selector') return vector(nameless(instantColumns(expr!, evaluation, true)))
    const columns = columnsOf(expr!, args)
    const seconds = (at: number) => timeAt(evaluation.steps, at) / 1000
    return vector(nameless(columns.map((column) => mapColumn(column, (_, at) => seconds(at)))))
  },
  absent({ args: [expr] }, { steps }, args) {
    return vector(absence(expr!, columnsOf(expr!, args), steps.count))
  },
  absent_over_time({ args: [expr] }, evaluation, args) {
    const matrix = expr as SelectorExpr | SubqueryExpr
    const present = rangeColumns(args.samples(matrix), matrix, evaluation, () => 1, { keepName: true })
    return vector(absence(expr!, present, evaluation.steps.count))
  },
  histogram_quantile({ args: [q, expr] }, _, args) {
    return vector(histogramQuantile(scalarOf(q!, args), columnsOf(expr!, args)))
  },
  label_replace({ args: [expr, ...texts] }, _, args) {
    return vector(labelReplace(columnsOf(expr!, args), texts.map(textOf)))
  },
  label_join({ args: [expr, ...texts] }, _, args) {
    return vector(labelJoin(columnsOf(expr!, args), texts.map(textOf)))
  },
  sort: ({ args: [expr] }, _, args) => vector(sorted(columnsOf(expr!, args), 1)),
  sort_desc: ({ args: [expr] }, _, args) => vector(sorted(columnsOf(expr!, args), -1)),
}

const nameless = (columns: Column[]) =>
  mergeEqual(columns.map((column) => ({ ...column, labels: withoutName(column.labels) })))

/** The value of the one series at each step, NaN where there is none or more than one. */
function onlyValues(columns: Column[], count: number): Float64Array {
  const values = new Float64Array(count).fill(Number.NaN)
  for (let at = 0; at < count; at++) {
    const present = columns.filter(({ has }) => has[at] === 1)
    if (present.length === 1) values[at] = present[0]!.values[at]!
  }
  return values
}

function absence(expr: Expr, columns: Column[], count: number): Column[] {
  const column = newColumn(expectedLabels(expr), count)
  for (let at = 0; at < count; at++) {
    if (columns.some(({ has }) => has[at] === 1)) continue
    column.values[at] = 1
    column.has[at] = 1
  }
  return column.has.includes(1) ? [column] : []
}

/** The labels that the missing series would have, as far as its selector says. */
function expectedLabels(expr: Expr): Labels {
  if (expr.kind !== 'selector') return labelsOf([])
  const named = expr.matchers.filter(({ name }) => name !== nameLabel)
  const once = named.filter(({ name }) => named.filter((other) => other.name === name).length === 1)
  return labelsOf(once.filter(({ op }) => op === '=').map(({ name, value }) => [name, value] as const))
}

function histogramQuantile(quantiles: Float64Array, columns: Column[]): Column[] {
  const groups = groupColumns(
    columns.filter(({ labels }) => boundOf(labels) !== undefined),
    (labels) => labelsOf([...withoutName(labels)].filter(([name]) => name !== 'le')),
  )
  return groups.map(({ labels, columns: buckets }) => {
    const result = newColumn(labels, quantiles.length)
    const bounds = buckets.map((bucket) => boundOf(bucket.labels)!)
    for (let at = 0; at < quantiles.length; at++) {
      const present = buckets
        .map(({ values, has }, place) => ({ le: bounds[place]!, count: values[at]!, has: has[at] }))
        .filter(({ has }) => has === 1)
      if (present.length === 0) continue
      result.values[at] = bucketQuantile(quantiles[at]!, present)
      result.has[at] = 1
    }
    return result
  })
}

function boundOf(labels: Labels): number | undefined {
  const text = labels.get('le')
  if (text === undefined) return undefined
  try {
    return numberOf(text)
  } catch {
    return undefined
  }
}

/** By value where there is one step; several have no order. */
function sorted(columns: Column[], direction: 1 | -1): Column[] {
  if (columns[0]?.values.length !== 1) return columns
  const present = columns.filter(({ has }) => has[0] === 1)
  const rank = ({ values }: Column) => values[0]!
  return present.toSorted((a, b) => {
    if (Number.isNaN(rank(a))) return Number.isNaN(rank(b)) ? 0 : 1
    return Number.isNaN(rank(b)) ? -1 : direction * (rank(a) - rank(b))
  })
}
