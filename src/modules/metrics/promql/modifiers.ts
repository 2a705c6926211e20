import type { Expr } from './ast'
import { durationOf, numberOf } from './duration'
import { badData } from './promql-error'
import type { SyntaxNode } from './syntax-node'

/** What may stand behind an operand, by the name of its node. */
export const modifiers: Record<string, (expr: Expr, node: SyntaxNode, text: string) => Expr> = {
  SubqueryExpr(expr, node, text) {
    const [range, step] = node.getChildren('DurationExpr')
    return {
      kind: 'subquery',
      expr,
      range: positive(durationIn(range!, text)),
      step: step && positive(durationIn(step, text)),
      offset: 0,
      at: undefined,
    }
  },
  OffsetExpr(expr, node, text) {
    const offset = durationIn(node.getChild('OffsetDurationExpr')!, text)
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

/** Milliseconds of a duration, which may have a sign. */
export function durationIn(node: SyntaxNode, text: string): number {
  const source = text.slice(node.from, node.to).replace(/\s/g, '')
  const [, sign, size] = /^([+-]?)(.*)$/.exec(source)!
  const value = durationOf(size!) ?? Number(size) * 1000
  if (Number.isNaN(value)) throw badData(`the duration ${source} is not supported: write it as 5m or 1h30m`)
  return sign === '-' ? -value : value
}

export function positive(duration: number): number {
  if (duration <= 0) throw badData('duration must be greater than 0')
  return duration
}
