import type { parser } from '@prometheus-io/lezer-promql'

/** A node of a parsed query. */
export type SyntaxNode = ReturnType<(typeof parser)['parse']>['topNode']
