/** What is looked for: a literal text or a regular expression of RE2. */
export type Pattern = { literal: string } | { regex: string }

/** Something that is true of a file. `text` holds when a line of it matches, `symbol` when a definition's name does. */
export type Atom =
  | { kind: 'text'; pattern: Pattern; phrase: boolean }
  | { kind: 'symbol' | 'file' | 'repo' | 'lang' | 'branch'; pattern: Pattern }

/** A query as written: all of, one of, not, or an atom. */
export type Node = { kind: 'all' | 'one'; nodes: Node[] } | { kind: 'not'; node: Node } | Atom

/** A parsed query. Letter case counts only where the query says `case:yes`. */
export interface Query {
  node: Node
  caseSensitive: boolean
}

/** The atoms below a node; those below `not` only when asked for. */
export function atomsOf(node: Node, negated = false): Atom[] {
  if ('nodes' in node) return node.nodes.flatMap((inner) => atomsOf(inner, negated))
  if (node.kind === 'not') return negated ? atomsOf(node.node, negated) : []
  return [node]
}
