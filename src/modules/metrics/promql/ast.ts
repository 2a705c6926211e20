import type { Matcher } from './matcher'

/** A PromQL expression; durations are milliseconds. */
export type Expr =
  | NumberExpr
  | StringExpr
  | SelectorExpr
  | SubqueryExpr
  | CallExpr
  | AggregateExpr
  | UnaryExpr
  | BinaryExpr

export interface NumberExpr {
  kind: 'number'
  value: number
}

export interface StringExpr {
  kind: 'string'
  value: string
}

/** `name{matchers}`, with a `range` when it stands in brackets. */
export interface SelectorExpr {
  kind: 'selector'
  matchers: Matcher[]
  range: number | undefined
  offset: number
  at: Pin | undefined
}

/** What `@` names: a time, or an end of the whole query. */
export type Pin = number | 'start' | 'end'

/** `expr[range:step]`; without a step the default of the evaluation. */
export interface SubqueryExpr {
  kind: 'subquery'
  expr: Expr
  range: number
  step: number | undefined
  offset: number
  at: Pin | undefined
}

export interface CallExpr {
  kind: 'call'
  name: string
  args: Expr[]
}

export interface Grouping {
  /** `by` keeps these labels, `without` all but these. */
  mode: 'by' | 'without'
  labels: string[]
}

export interface AggregateExpr {
  kind: 'aggregate'
  op: string
  grouping: Grouping
  param: Expr | undefined
  expr: Expr
}

export interface UnaryExpr {
  kind: 'unary'
  op: '-' | '+'
  expr: Expr
}

export interface BinaryExpr {
  kind: 'binary'
  op: string
  bool: boolean
  matching: Matching
  left: Expr
  right: Expr
}

/** How the series of both sides find each other. */
export interface Matching {
  mode: 'on' | 'ignoring'
  labels: string[]
  /** `group_left` is `left`: many series there for one on the other side. */
  many: 'left' | 'right' | undefined
  /** Labels taken over from the side with one. */
  include: string[]
}

/** What an expression comes to. */
export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix'

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
      return expr.range === undefined ? 'vector' : 'matrix'
    case 'subquery':
      return 'matrix'
    case 'call':
      return scalarCalls.has(expr.name) ? 'scalar' : 'vector'
    case 'aggregate':
      return 'vector'
    case 'unary':
      return typeOf(expr.expr)
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector'
  }
}

const scalarCalls = new Set(['time', 'scalar', 'pi'])
