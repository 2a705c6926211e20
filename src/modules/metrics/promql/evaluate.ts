import { aggregate } from './aggregate'
import {
  type AggregateExpr,
  type CallExpr,
  type Expr,
  type SelectorExpr,
  type SubqueryExpr,
  typeOf,
} from './ast'
import { binary } from './binary'
import { call } from './call'
import { withoutName } from './labels'
import { mergeEqual } from './merge'
import type { SampleSeries } from './sample-source'
import { instantColumns, rangeSeries, samplesOf, subquerySteps } from './selector'
import { type Evaluation, mapColumn, type Value } from './steps'

/** Step of a subquery that names none: Prometheus' default evaluation interval, in milliseconds. */
const defaultStep = 60_000

/** The value of an expression at every step. Follows Prometheus 3: a range is open at its start and closed at its end. */
export function evaluate(expr: Expr, evaluation: Evaluation): Value {
  const { steps } = evaluation
  const value = (inner: Expr) => evaluate(inner, evaluation)
  evaluation.look(steps.count)
  switch (expr.kind) {
    case 'number':
      return { type: 'scalar', values: new Float64Array(steps.count).fill(expr.value) }
    case 'string':
      return { type: 'string', value: expr.value }
    case 'selector':
      return { type: 'vector', columns: instantColumns(expr, evaluation) }
    case 'subquery':
      throw new Error('a subquery stands alone')
    case 'call':
      return called(expr, evaluation)
    case 'unary':
      return expr.op === '+' ? value(expr.expr) : negated(value(expr.expr))
    case 'binary':
      return binary(expr, value(expr.left), value(expr.right), evaluation)
    case 'aggregate': {
      const inner = summed(expr, evaluation) ?? value(expr.expr)
      const param = expr.param && value(expr.param)
      const columns = inner.type === 'vector' ? inner.columns : []
      return { type: 'vector', columns: aggregate(expr, columns, param, evaluation) }
    }
  }
}

const called = (expr: CallExpr, evaluation: Evaluation, sumBy?: readonly string[]) =>
  call(expr, evaluation, {
    value: (inner) => evaluate(inner, evaluation),
    samples: (matrix) => samples(matrix, evaluation, sumBy),
  })

/** The rates of what is summed by labels, for a source that can sum before: undefined where they are not such. */
function summed({ op, grouping, expr }: AggregateExpr, evaluation: Evaluation): Value | undefined {
  const isRate = expr.kind === 'call' && (expr.name === 'rate' || expr.name === 'increase')
  if (op !== 'sum' || grouping.mode !== 'by' || !isRate) return undefined
  return called(expr, evaluation, grouping.labels)
}

function negated(value: Value): Value {
  if (value.type === 'scalar') return { type: 'scalar', values: value.values.map((number) => -number) }
  if (value.type === 'string') return value
  const columns = value.columns.map((column) => mapColumn(column, (v) => -v, withoutName(column.labels)))
  return { type: 'vector', columns: mergeEqual(columns) }
}

/** The samples that a range vector looks at. */
export function samples(
  expr: SelectorExpr | SubqueryExpr,
  evaluation: Evaluation,
  sumBy?: readonly string[],
): SampleSeries[] {
  if (expr.kind === 'selector') return rangeSeries(expr, evaluation, sumBy)
  const steps = subquerySteps(expr, evaluation, defaultStep)
  if (steps.count === 0) return []
  evaluation.spend(steps.count)
  const value = evaluate(expr.expr, { ...evaluation, steps })
  if (value.type !== 'vector') throw new Error(`a subquery of a ${typeOf(expr.expr)}`)
  return samplesOf(value.columns, steps)
}
