import type { AggregateExpr, Expr, Grouping, SelectorExpr } from './ast'
import { checkExpr } from './check'
import { numberOf } from './duration'
import { durationIn, positive } from './modifiers'
import { checkDepth, operatorsOf } from './parse-operators'
import { labelNamesOf, matchersOf, textOfString } from './parse-selector'
import { badData } from './promql-error'
import { childrenOf, type SyntaxNode } from './syntax-node'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const grammar = () => require('@prometheus-io/lezer-promql') as typeof import('@prometheus-io/lezer-promql')

/** Longest query that is looked at, in characters. */
const longest = 20_000

/** Parses PromQL. Throws `bad_data` with the place of the fault, or with the name of what is not supported. */
export function parse(text: string): Expr {
  if (text.trim() === '') throw badData('1:1: parse error: no expression found in input')
  if (text.length > longest) throw badData(`the query is longer than ${longest} characters`)
  const tree = grammar().parser.parse(text)
  refuseErrors(tree.topNode, text)
  const expr = exprOf(childrenOf(tree.topNode)[0]!, text, 0)
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
  checkDepth(depth)
  const inner = (child: SyntaxNode) => exprOf(child, text, depth + 1)
  const source = text.slice(node.from, node.to)
  switch (node.name) {
    case 'ParenExpr':
      return inner(childrenOf(node)[0]!)
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
    case 'UnaryExpr':
    case 'BinaryExpr':
      return operatorsOf(node, text, depth, exprOf)
    case 'FunctionCall':
      return { kind: 'call', name: text.slice(...spanOf(node.firstChild!)), args: argsOf(node).map(inner) }
    case 'AggregateExpr':
      return aggregateOf(node, text, inner)
    default:
      throw badData(`${node.name} is not supported: ${source.slice(0, 50)}`)
  }
}

type Inner = (child: SyntaxNode) => Expr

const spanOf = ({ from, to }: SyntaxNode) => [from, to] as const

const argsOf = (node: SyntaxNode) => childrenOf(node.getChild('FunctionCallBody')!)

function rangeOf(node: SyntaxNode, text: string, inner: Inner): SelectorExpr {
  const expr = inner(node.firstChild!)
  if (expr.kind !== 'selector' || expr.offset !== 0 || expr.at !== undefined)
    throw badData('ranges only allowed for vector selectors')
  return { ...expr, range: positive(durationIn(node.getChild('DurationExpr')!, text)) }
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

function groupingOf(modifier: SyntaxNode | null, text: string): Grouping {
  if (!modifier) return { mode: 'by', labels: [] }
  const labels = labelNamesOf(modifier.getChild('GroupingLabels')!, text)
  return { mode: modifier.getChild('By') ? 'by' : 'without', labels }
}
