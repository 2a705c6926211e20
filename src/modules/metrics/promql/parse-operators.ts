import type { BinaryExpr, Expr, Matching, UnaryExpr } from './ast'
import { numberOf } from './duration'
import { modifiers } from './modifiers'
import { labelNamesOf } from './parse-selector'
import { badData } from './promql-error'
import { childrenOf, type SyntaxNode } from './syntax-node'

/** Expressions nest at most so deep. */
const deepest = 100

export function checkDepth(depth: number): void {
  if (depth > deepest) throw badData(`the query nests deeper than ${deepest} levels`)
}

/** A piece of an expression with operators, in the order of the text. */
type Part =
  | { kind: 'operand'; node: SyntaxNode; depth: number; modifiers: SyntaxNode[] }
  | { kind: 'sign'; sign: UnaryExpr['op'] }
  | { kind: 'operator'; node: SyntaxNode; op: string }

const ranks = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
]
const rankOf = new Map(ranks.flatMap((operators, rank) => operators.map((operator) => [operator, rank])))
/** Of `^`, which binds its right side first, and tighter than a sign. */
const power = ranks.length

/**
 * An expression with operators, by Prometheus' precedence. It is not the grammar's: that holds what stands behind an operand (`offset 5m`, `@ 5`, `[5m:]`) to be
 * of all that stands before it, and takes the operators after it for the last: `1 - a offset 5m / b`.
 */
export function operatorsOf(
  node: SyntaxNode,
  text: string,
  depth: number,
  exprOf: (node: SyntaxNode, text: string, depth: number) => Expr,
): Expr {
  const parts: Part[] = []
  collectParts(node, { text, depth, parts })
  let next = 0
  const operand = (): Expr => {
    const part = parts[next++]!
    if (part.kind === 'sign') return { kind: 'unary', op: part.sign, expr: chain(power) }
    const { node, depth, modifiers: behind } = part as Part & { kind: 'operand' }
    const plain = isSigned(node, text) ? unsigned(node, text) : exprOf(node, text, depth)
    return behind.reduce((expr, modifier) => modifiers[modifier.name]!(expr, modifier, text), plain)
  }
  const chain = (least: number): Expr => {
    let left = operand()
    for (let part = parts[next]; part?.kind === 'operator'; part = parts[next]) {
      const rank = rankOf.get(part.op) ?? power
      if (rank < least) break
      next++
      const right = chain(rank === power ? rank : rank + 1)
      left = binaryOf(part.node, text, { op: part.op, left, right })
    }
    return left
  }
  return chain(0)
}

interface Collecting {
  text: string
  depth: number
  parts: Part[]
}

function collectParts(node: SyntaxNode, { text, depth, parts }: Collecting): void {
  checkDepth(depth)
  const collect = (child: SyntaxNode) => collectParts(child, { text, depth: depth + 1, parts })
  const [first, second, ...rest] = childrenOf(node)
  if (node.name === 'BinaryExpr') {
    collect(first!)
    parts.push({ kind: 'operator', node, op: textOf(second!, text).toLowerCase() })
    collect(rest.at(-1)!)
  } else if (node.name === 'UnaryExpr') {
    parts.push({ kind: 'sign', sign: textOf(first!, text) as UnaryExpr['op'] })
    collect(second!)
  } else if (modifiers[node.name]) {
    collect(first!)
    const operand = parts.at(-1)!
    if (operand.kind === 'operand') operand.modifiers.push(node)
  } else {
    // The grammar takes the sign for a part of the number, but `-3 ^ 2` is -9.
    if (isSigned(node, text)) parts.push({ kind: 'sign', sign: text[node.from] as UnaryExpr['op'] })
    parts.push({ kind: 'operand', node, depth, modifiers: [] })
  }
}

const textOf = ({ from, to }: SyntaxNode, text: string) => text.slice(from, to)

const isSigned = (node: SyntaxNode, text: string) =>
  node.name === 'NumberDurationLiteral' && /^[-+]/.test(textOf(node, text))

const unsigned = (node: SyntaxNode, text: string): Expr => ({
  kind: 'number',
  value: numberOf(textOf(node, text).slice(1).trim()),
})

function binaryOf(
  node: SyntaxNode,
  text: string,
  sides: Pick<BinaryExpr, 'op' | 'left' | 'right'>,
): BinaryExpr {
  if (node.getChild('FillModifier')) throw badData('the modifier fill is not supported')
  return {
    kind: 'binary',
    ...sides,
    bool: node.getChild('BoolModifier') !== null,
    matching: matchingOf(node.getChild('MatchingModifierClause'), text),
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
