import type { AggregateExpr, BinaryExpr, Expr, Grouping, Matching, SelectorExpr, UnaryExpr } from './ast'
import { checkExpr } from './check'
import { durationOf, numberOf } from './duration'
import { labelNamesOf, matchersOf, textOfString } from './parse-selector'
import { badData } from './promql-error'
import type { SyntaxNode } from './syntax-node'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const grammar = () => require('@prometheus-io/lezer-promql') as typeof import('@prometheus-io/lezer-promql')

/** Longest query that is looked at, in characters. */
const longest = 20_000

/** Expressions nest at most so deep. */
const deepest = 100

/** Parses PromQL. Throws `bad_data` with the place of the fault, or with the name of what is not supported. */
export function parse(text: string): Expr {
  if (text.trim() === '') throw badData('1:1: parse error: no expression found in input')
  if (text.length > longest) throw badData(`the query is longer than ${longest} characters`)
  const tree = grammar().parser.parse(text)
  refuseErrors(tree.topNode, text)
  const expr = exprOf(tree.topNode.firstChild!, text, 0)
  checkExpr(expr)
  return expr
}

function refuseErrors(top: SyntaxNode, text: string): void {
  const cursor = top.cursor()
  do {
    if (cursor.type.isError) throw syntaxError(text, cursor.from, cursor.to)
  } while (cursor.next())
}

function syntaxError(text: string, from: number, to: number) {
  const before = text.slice(0, from).split('\n')
  const place = `${before.length}:${before.at(-1)!.length + 1}`
  const rest = text.slice(from, Math.max(to, from + 20)).trim()
  return badData(`${place}: parse error: ${rest === '' ? 'unexpected end of input' : `unexpected "${rest}"`}`)
}

function exprOf(node: SyntaxNode, text: string, depth: number): Expr {
  if (depth > deepest) throw tooDeep()
  const inner = (child: SyntaxNode) => exprOf(child, text, depth + 1)
  const source = text.slice(node.from, node.to)
  switch (node.name) {
    case 'ParenExpr':
      return inner(node.firstChild!)
    case 'NumberDurationLiteral':
      return { kind: 'number', value: numberOf(source) }
    case 'StringLiteral':
      return { kind: 'string', value: textOfString(source) }
    case 'VectorSelector':
      return {
        kind: 'selector',
        matchers: matchersOf(node, text),
        range: undefined,
        offset: 0,
        at: undefined,
      }
    case 'MatrixSelector':
      return rangeOf(node, text, inner)
    case 'SubqueryExpr':
    case 'OffsetExpr':
    case 'StepInvariantExpr':
      return modified(node, text, depth, (expr) => expr)
    case 'FunctionCall':
      return { kind: 'call', name: text.slice(...spanOf(node.firstChild!)), args: argsOf(node).map(inner) }
    case 'AggregateExpr':
      return aggregateOf(node, text, inner)
    case 'UnaryExpr':
      return unaryOf(node, text, inner)
    case 'BinaryExpr':
      return binaryOf(node, text, inner)
    default:
      throw badData(`${node.name} is not supported: ${source.slice(0, 50)}`)
  }
}

type Inner = (child: SyntaxNode) => Expr

const spanOf = ({ from, to }: SyntaxNode) => [from, to] as const

const argsOf = (node: SyntaxNode) => childrenOf(node.getChild('FunctionCallBody')!)

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child)
  }
  return children
}

function milliseconds(node: SyntaxNode, text: string): number {
  const source = text.slice(node.from, node.to).replace(/\s/g, '')
  const [, sign, size] = /^([+-]?)(.*)$/.exec(source)!
  const value = durationOf(size!) ?? Number(size) * 1000
  if (Number.isNaN(value)) throw badData(`the duration ${source} is not supported: write it as 5m or 1h30m`)
  return sign === '-' ? -value : value
}

function rangeOf(node: SyntaxNode, text: string, inner: Inner): SelectorExpr {
  const expr = inner(node.firstChild!)
  if (expr.kind !== 'selector' || expr.offset !== 0 || expr.at !== undefined)
    throw badData('ranges only allowed for vector selectors')
  return { ...expr, range: positive(milliseconds(node.getChild('DurationExpr')!, text)) }
}

function positive(duration: number): number {
  if (duration <= 0) throw badData('duration must be greater than 0')
  return duration
}

type Modify = (expr: Expr) => Expr

/**
 * What stands behind an expression belongs to the last operand: `a - b offset 5m` looks back for `b` alone, though the grammar holds it to be of the
 * difference.
 */
function modified(node: SyntaxNode, text: string, depth: number, outer: Modify): Expr {
  if (depth > deepest) throw tooDeep()
  const modifier = modifiers[node.name]
  const last = (child: SyntaxNode, modify: Modify) => modified(child, text, depth + 1, modify)
  if (modifier) return last(node.firstChild!, (expr) => outer(modifier(expr, node, text)))
  const inner = (child: SyntaxNode) =>
    child.from === node.lastChild!.from ? last(child, outer) : exprOf(child, text, depth + 1)
  if (node.name === 'BinaryExpr') return binaryOf(node, text, inner)
  if (node.name === 'UnaryExpr') return unaryOf(node, text, inner)
  return outer(exprOf(node, text, depth))
}

const tooDeep = () => badData(`the query nests deeper than ${deepest} levels`)

const modifiers: Record<string, (expr: Expr, node: SyntaxNode, text: string) => Expr> = {
  SubqueryExpr(expr, node, text) {
    const [range, step] = node.getChildren('DurationExpr')
    return {
      kind: 'subquery',
      expr,
      range: positive(milliseconds(range!, text)),
      step: step && positive(milliseconds(step, text)),
      offset: 0,
      at: undefined,
    }
  },
  OffsetExpr(expr, node, text) {
    const offset = milliseconds(node.getChild('OffsetDurationExpr')!, text)
    if (expr.kind !== 'selector' && expr.kind !== 'subquery')
      throw badData('offset modifier must be preceded by a selector or a subquery')
    if (expr.offset !== 0) throw badData('offset may not be set multiple times')
    return { ...expr, offset }
  },
  /** `@ time`, `@ start()`, `@ end()`. */
  StepInvariantExpr(expr, node, text) {
    if (expr.kind !== 'selector' && expr.kind !== 'subquery')
      throw badData('@ modifier must be preceded by a selector or a subquery')
    if (expr.at !== undefined) throw badData('@ modifier may not be set multiple times')
    const end = node.getChild('AtModifierPreprocessors')
    if (end) return { ...expr, at: end.getChild('AtEnd') ? 'end' : 'start' }
    const seconds = numberOf(text.slice(node.getChild('At')!.to, node.to).replace(/\s/g, ''))
    if (!Number.isFinite(seconds)) throw badData('timestamp out of bounds for @ modifier')
    return { ...expr, at: Math.round(seconds * 1000) }
  },
}

function aggregateOf(node: SyntaxNode, text: string, inner: Inner): AggregateExpr {
  const op = text.slice(...spanOf(node.getChild('AggregateOp')!)).toLowerCase()
  const args = argsOf(node).map(inner)
  const grouping = groupingOf(node.getChild('AggregateModifier'), text)
  if (args.length === 0 || args.length > 2) throw badData(`wrong number of arguments for aggregation ${op}`)
  return {
    kind: 'aggregate',
    op,
    grouping,
    expr: args.at(-1)!,
    param: args.length === 2 ? args[0] : undefined,
  }
}

const unaryOf = (node: SyntaxNode, text: string, inner: Inner): UnaryExpr => ({
  kind: 'unary',
  op: text.slice(...spanOf(node.firstChild!)) as UnaryExpr['op'],
  expr: inner(node.lastChild!),
})

function groupingOf(modifier: SyntaxNode | null, text: string): Grouping {
  if (!modifier) return { mode: 'by', labels: [] }
  const labels = labelNamesOf(modifier.getChild('GroupingLabels')!, text)
  return { mode: modifier.getChild('By') ? 'by' : 'without', labels }
}

function binaryOf(node: SyntaxNode, text: string, inner: Inner): BinaryExpr {
  const left = node.firstChild!
  const op = left.nextSibling!
  if (node.getChild('FillModifier')) throw badData('the modifier fill is not supported')
  return {
    kind: 'binary',
    op: text.slice(op.from, op.to).toLowerCase(),
    bool: node.getChild('BoolModifier') !== null,
    matching: matchingOf(node.getChild('MatchingModifierClause'), text),
    left: inner(left),
    right: inner(node.lastChild!),
  }
}

function matchingOf(clause: SyntaxNode | null, text: string): Matching {
  if (!clause) return { mode: 'ignoring', labels: [], many: undefined, include: [] }
  const [labels, include] = clause.getChildren('GroupingLabels')
  const many = clause.getChild('GroupLeft') ? 'left' : clause.getChild('GroupRight') ? 'right' : undefined
  return {
    mode: clause.getChild('On') ? 'on' : 'ignoring',
    labels: labelNamesOf(labels!, text),
    many,
    include: include ? labelNamesOf(include, text) : [],
  }
}
