import type { parser } from '@prometheus-io/lezer-promql'

/** A node of a parsed query. */
export type SyntaxNode = ReturnType<(typeof parser)['parse']>['topNode']

/** Its children without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child)
  }
  return children
}
