import type { BinaryExpr, Matching } from './ast'
import { filterLabels, type Labels, labelsOf, nameLabel, signature, withoutName } from './labels'
import { type Group, groupColumns, mergeEqual } from './merge'
import { compare, operatorOf } from './operators'
import { type Column, type Evaluation, mapColumn, newColumn, type Value } from './steps'

type Operator = ReturnType<typeof operatorOf>

/** Both sides of an operator taken together, at every step. */
export function binary(expr: BinaryExpr, left: Value, right: Value, evaluation: Evaluation): Value {
  if (left.type === 'vector' && right.type === 'vector') {
    const columns = setOperations[expr.op]
      ? setOperations[expr.op]!(left.columns, right.columns, expr.matching)
      : join(expr, left.columns, right.columns, evaluation)
    return { type: 'vector', columns }
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    const operate = operatorOf(expr.op, expr.bool)
    return { type: 'scalar', values: left.values.map((value, at) => operate(value, right.values[at]!)!) }
  }
  return { type: 'vector', columns: withScalar(expr, left, right) }
}

/** Arithmetic and `bool` make another thing of the metric; a comparison leaves it what it is. */
const keepsName = ({ op, bool }: BinaryExpr) => Boolean(compare[op]) && !bool

function withScalar(expr: BinaryExpr, left: Value, right: Value): Column[] {
  const renamed = (labels: Labels) => (keepsName(expr) ? labels : withoutName(labels))
  if (left.type === 'vector' && right.type === 'scalar') {
    const operate = operatorOf(expr.op, expr.bool)
    const { values } = right
    return mergeEqual(
      left.columns.map((column) =>
        mapColumn(column, (v, at) => operate(v, values[at]!), renamed(column.labels)),
      ),
    )
  }
  const operate = operatorOf(expr.op, expr.bool, 'right')
  const { values } = left as Value & { type: 'scalar' }
  const { columns } = right as Value & { type: 'vector' }
  return mergeEqual(
    columns.map((column) => mapColumn(column, (v, at) => operate(values[at]!, v), renamed(column.labels))),
  )
}

/** The labels by which series of both sides find each other. */
function matchLabels(labels: Labels, { mode, labels: names }: Matching): Labels {
  if (mode === 'on') return filterLabels(labels, (name) => names.includes(name))
  return filterLabels(labels, (name) => name !== nameLabel && !names.includes(name))
}

function join(
  expr: BinaryExpr,
  left: Column[],
  right: Column[],
  { steps: { count }, spend }: Evaluation,
): Column[] {
  const { matching } = expr
  const swapped = matching.many === 'right'
  const [many, one] = swapped ? [right, left] : [left, right]
  const ones = new Map(
    groupColumns(one, (labels) => matchLabels(labels, matching)).map((group) => [
      signature(group.labels),
      group,
    ]),
  )
  const onSide = swapped ? 'left' : 'right'
  const matched = stepsOf(many, count)
  for (const group of ones.values())
    mergeGroup(
      group,
      matched,
      `found duplicate series for the match group on the ${onSide} side: many-to-many matching not allowed: matching labels must be unique on one side`,
    )
  const operate = operatorOf(expr.op, expr.bool)
  const pairs: Column[] = []
  for (const column of many) {
    for (const other of ones.get(signature(matchLabels(column.labels, matching)))?.columns ?? []) {
      const labels = resultLabels(expr, column.labels, other.labels)
      spend(count)
      const [a, b] = swapped ? [other, column] : [column, other]
      pairs.push(combine(a, b, labels, operate, count))
    }
  }
  return mergeEqual(pairs, matching.many ? ambiguous : manyToOne)
}

const ambiguous = 'multiple matches for labels: grouping labels must ensure unique matches'
const manyToOne =
  'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'

/** Throws when two series of a group have a value at the same one of these steps: where the other side has nothing at all, nothing is ambiguous. */
function mergeGroup({ columns }: Group, steps: Uint8Array, message: string): void {
  if (columns.length < 2) return
  const same = columns[0]!.labels
  mergeEqual(
    columns.map((column) => mapColumn(column, (value, at) => (steps[at] ? value : undefined), same)),
    message,
  )
}

/** At which steps one of the series has a value. */
function stepsOf(columns: readonly Column[], count: number): Uint8Array {
  const has = new Uint8Array(count)
  for (const column of columns) for (let at = 0; at < count; at++) has[at]! |= column.has[at]!
  return has
}

function combine(left: Column, right: Column, labels: Labels, operate: Operator, count: number): Column {
  const result = newColumn(labels, count)
  for (let at = 0; at < count; at++) {
    if (left.has[at] === 0 || right.has[at] === 0) continue
    const value = operate(left.values[at]!, right.values[at]!)
    if (value === undefined) continue
    result.values[at] = value
    result.has[at] = 1
  }
  return result
}

function resultLabels(expr: BinaryExpr, many: Labels, one: Labels): Labels {
  const { matching } = expr
  const named = keepsName(expr) ? many : withoutName(many)
  if (!matching.many) {
    return filterLabels(named, (name) => matching.labels.includes(name) === (matching.mode === 'on'))
  }
  const result = new Map(named)
  for (const name of matching.include) {
    const value = one.get(name)
    if (value === undefined) result.delete(name)
    else result.set(name, value)
  }
  return labelsOf(result)
}

type SetOperation = (left: Column[], right: Column[], matching: Matching) => Column[]

/** For each match group, at which steps one of its series has a value. */
function presence(columns: Column[], matching: Matching): (labels: Labels) => Uint8Array | undefined {
  const groups = new Map<string, Uint8Array>()
  for (const group of groupColumns(columns, (labels) => matchLabels(labels, matching))) {
    groups.set(signature(group.labels), stepsOf(group.columns, columns[0]!.values.length))
  }
  return (labels) => groups.get(signature(matchLabels(labels, matching)))
}

/** The values at whose step the other side has one of the group (`wanted` 1), or has none (0). */
const where = (columns: Column[], others: ReturnType<typeof presence>, wanted: 0 | 1) =>
  columns
    .map((column) => {
      const has = others(column.labels)
      return mapColumn(column, (value, at) => ((has?.[at] ?? 0) === wanted ? value : undefined))
    })
    .filter(({ has }) => has.includes(1))

const setOperations: Record<string, SetOperation | undefined> = {
  and: (left, right, matching) => where(left, presence(right, matching), 1),
  unless: (left, right, matching) => where(left, presence(right, matching), 0),
  or: (left, right, matching) => mergeEqual([...left, ...where(right, presence(left, matching), 0)]),
}
