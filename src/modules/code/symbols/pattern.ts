import type { Syntax } from '../parsing/syntax'

/**
 * Patterns over syntax trees, in tree-sitter's query language as far as the queries of this folder use it: types, `_`, fields, children in
 * order, `[…]`, words of the language, captures, `#eq?` and `#match?`. They are matched against nodes in plain memory, where tree-sitter's own
 * queries cost calls into wasm for each node that they find.
 */
export interface Pattern {
  /** Null for any named node. */
  type: string | null
  field: string | undefined
  captures: string[]
  children: Child[]
}

/** One of several patterns, or a word that stands between named nodes. */
type Child = Pattern[] | { word: string }

/** What a top pattern is made of. */
interface Rule {
  pattern: Pattern
  holds: ((captures: Captures, text: string) => boolean)[]
}

/** Captured nodes in the order of their capture. */
export type Captures = readonly { name: string; node: Syntax }[]

/** Finds what a query's patterns match, node after node in the order of the text, pattern after pattern. */
export type Query = (root: Syntax, text: string, found: (captures: Captures) => void) => void

export function compileQuery(source: string): Query {
  const rules = readRules(source)
  const byType = Map.groupBy(rules, ({ pattern }) => pattern.type!)
  return (root, text, found) => {
    const visit = (node: Syntax): void => {
      const some = byType.get(node.type)
      if (some) for (const rule of some) matchRule(rule, node, text, found)
      for (const child of node.children) visit(child)
    }
    visit(root)
  }
}

function matchRule(rule: Rule, node: Syntax, text: string, found: (captures: Captures) => void): void {
  const captures: { name: string; node: Syntax }[] = []
  matchNode(rule.pattern, node, text, captures, () => {
    if (rule.holds.every((holds) => holds(captures, text))) found([...captures])
  })
}

type Taken = { name: string; node: Syntax }[]

function matchNode(pattern: Pattern, node: Syntax, text: string, captures: Taken, then: () => void): void {
  if (pattern.type !== null && pattern.type !== node.type) return
  const before = captures.length
  for (const name of pattern.captures) captures.push({ name, node })
  matchChildren(pattern, 0, node, 0, text, captures, then)
  captures.length = before
}

/** Every way to find the pattern's children, from one on, among the node's, from one on. */
function matchChildren(
  pattern: Pattern,
  at: number,
  node: Syntax,
  from: number,
  text: string,
  captures: Taken,
  then: () => void,
): void {
  const wanted = pattern.children[at]
  if (wanted === undefined) {
    then()
    return
  }
  for (let index = from; index < node.children.length; index++) {
    const next = (after: number) => matchChildren(pattern, at + 1, node, after, text, captures, then)
    if ('word' in wanted) {
      if (!hasWordBefore(node, index, wanted.word, text)) continue
      next(index)
      return
    }
    const child = node.children[index]!
    for (const one of wanted)
      if (one.field === undefined || one.field === child.field)
        matchNode(one, child, text, captures, () => next(index + 1))
  }
}

/** Between two named nodes there are words, signs and space alone. */
function hasWordBefore({ children, start }: Syntax, index: number, word: string, text: string): boolean {
  const between = text.slice(index === 0 ? start : children[index - 1]!.end, children[index]!.start)
  return between.split(/\W+/).includes(word)
}

const token = /\s+|;[^\n]*|"((?:[^"\\]|\\.)*)"|([()[\]])|([a-z_]+):|@(\w+)|#(\w+)\?|(\w+)/gy

type Token = { kind: 'text' | 'sign' | 'field' | 'capture' | 'predicate' | 'name'; value: string }
const kinds = ['text', 'sign', 'field', 'capture', 'predicate', 'name'] as const

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const match = token.exec(source)
    if (!match) throw new Error(`a query cannot be read: ${source.slice(0, 80)}`)
    const at = kinds.findIndex((_, index) => match[index + 1] !== undefined)
    if (at >= 0) tokens.push({ kind: kinds[at]!, value: match[at + 1]! })
  }
  return tokens
}

function readRules(source: string): Rule[] {
  const tokens = tokensOf(source).reverse()
  const rules: Rule[] = []
  while (tokens.length > 0) {
    const holds: Rule['holds'] = []
    for (const pattern of readPattern(tokens, holds) as Pattern[]) rules.push({ pattern, holds })
  }
  return rules
}

/** One pattern, from the end of the reversed tokens; several for `[…]`. */
function readPattern(tokens: Token[], holds: Rule['holds']): Child {
  const field = tokens.at(-1)?.kind === 'field' ? tokens.pop()!.value : undefined
  const first = tokens.pop()!
  if (first.kind === 'text') return { word: first.value }
  const alternatives: Pattern[] = []
  if (first.value === '[')
    while (tokens.at(-1)?.value !== ']') alternatives.push(...(readPattern(tokens, holds) as Pattern[]))
  else alternatives.push(readNode(tokens, holds))
  tokens.pop()
  const captures: string[] = []
  while (tokens.at(-1)?.kind === 'capture') captures.push(tokens.pop()!.value)
  return alternatives.map((one) => ({
    ...one,
    field: one.field ?? field,
    captures: [...one.captures, ...captures],
  }))
}

/** The inside of `(…)`. */
function readNode(tokens: Token[], holds: Rule['holds']): Pattern {
  const { value } = tokens.pop()!
  const children: Child[] = []
  while (tokens.at(-1)?.value !== ')') {
    const [sign, predicate] = [tokens.at(-1)!, tokens.at(-2)]
    if (sign.value === '(' && predicate?.kind === 'predicate') holds.push(readPredicate(tokens))
    else children.push(readPattern(tokens, holds))
  }
  return { type: value === '_' ? null : value, field: undefined, captures: [], children }
}

function readPredicate(tokens: Token[]): Rule['holds'][number] {
  const [, predicate, capture, wanted] = [tokens.pop()!, tokens.pop()!, tokens.pop()!, tokens.pop()!]
  tokens.pop()
  const matches = predicate.value === 'eq' ? (text: string) => text === wanted.value : isLike(wanted.value)
  return (captures, text) =>
    captures.every(({ name, node }) => name !== capture.value || matches(text.slice(node.start, node.end)))
}

function isLike(source: string): (text: string) => boolean {
  const pattern = new RegExp(source)
  return (text) => pattern.test(text)
}
