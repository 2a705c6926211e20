import { AppError, invalid } from '../../../../core/errors'
import { globFault } from '../match/glob'
import { languageFault } from '../match/language'
import { checkRegex } from '../regex/compile'
import { type Atom, atomsOf, type Node, type Query } from './query'
import { syntaxError } from './syntax-error'
import { type Token, tokensOf } from './tokens'

const mostAtoms = 30
const deepest = 20

/**
 * Reads a query: words are ANDed, `"exact phrase"`, `/regex/`, `or` (weaker than the AND between words), `-not`, parentheses, `repo:`, `file:`,
 * `lang:`, `sym:`, `branch:`, `case:yes`. Throws `query_syntax` with the place of the first fault.
 */
export function parseQuery(text: string): Query {
  const reader = { tokens: tokensOf(text), next: 0, caseSensitive: false, depth: 0 }
  if (reader.tokens.length === 0) throw syntaxError(1, 'the query is empty')
  const node = readOne(reader)
  const rest = reader.tokens[reader.next]
  if (rest) throw syntaxError(rest.at, 'this closes nothing')
  if (!node) throw syntaxError(1, 'there is nothing to look for beside case:')
  checkSize(node)
  return { node, caseSensitive: reader.caseSensitive }
}

/** The query that a term stands for: the very characters, blanks included, within one line. */
export function termQuery(term: string): Query {
  if (/[\n\r]/.test(term)) throw invalid('/term', 'must not span lines: every match is within one line')
  return { node: { kind: 'text', pattern: { literal: term }, phrase: true }, caseSensitive: false }
}

interface TokenReader {
  tokens: Token[]
  next: number
  caseSensitive: boolean
  depth: number
}

/** One of several alternatives; undefined when nothing but `case:` stands there. */
function readOne(reader: TokenReader): Node | undefined {
  const nodes = [readAll(reader)]
  for (;;) {
    const token = reader.tokens[reader.next]
    if (token?.kind !== 'or') break
    reader.next++
    const before = nodes.at(-1)
    const after = readAll(reader)
    if (!before || !after) throw syntaxError(token.at, 'something must stand on both sides of "or"')
    nodes.push(after)
  }
  return nodes.length === 1 ? nodes[0] : { kind: 'one', nodes: nodes as Node[] }
}

function readAll(reader: TokenReader): Node | undefined {
  const nodes: Node[] = []
  for (;;) {
    const token = reader.tokens[reader.next]
    if (!token || token.kind === 'or' || token.kind === ')') break
    reader.next++
    const node = token.kind === 'and' ? undefined : readNode(reader, token)
    if (node) nodes.push(node)
  }
  return nodes.length > 1 ? { kind: 'all', nodes } : nodes[0]
}

function readNode(reader: TokenReader, token: Token): Node | undefined {
  if (token.kind === '(') return readGroup(reader, token)
  if (token.kind === '-') {
    const operand = reader.tokens[reader.next++]
    const node = operand && readOperand(reader, operand)
    if (!node) throw syntaxError(token.at, 'nothing follows this -; put it in quotes to look for it')
    return { kind: 'not', node }
  }
  return token.kind === 'value' ? readValue(reader, token) : undefined
}

const readOperand = (reader: TokenReader, token: Token) =>
  token.kind === ')' || token.kind === 'or' || token.kind === 'and' ? undefined : readNode(reader, token)

function readGroup(reader: TokenReader, { at }: Token): Node {
  if (++reader.depth > deepest) throw syntaxError(at, `parentheses nest deeper than ${deepest}`)
  const node = readOne(reader)
  const end = reader.tokens[reader.next++]
  if (end?.kind !== ')') throw syntaxError(at, 'this ( is not closed; put it in quotes to look for it')
  if (!node) throw syntaxError(at, 'there is nothing between these parentheses')
  reader.depth--
  return node
}

function readValue(reader: TokenReader, token: Extract<Token, { kind: 'value' }>): Atom | undefined {
  const { field, pattern, phrase, at } = token
  if (field === 'case') {
    const value = 'literal' in pattern ? pattern.literal.toLowerCase() : ''
    if (value !== 'yes' && value !== 'no') throw syntaxError(at, 'case: takes yes or no')
    reader.caseSensitive = value === 'yes'
    return undefined
  }
  if ('literal' in pattern && /[\n\r]/.test(pattern.literal))
    throw syntaxError(at, 'a phrase must not span lines: every match is within one line')
  if ('regex' in pattern) checkRegex(pattern.regex, at)
  const fault = 'literal' in pattern ? faultOf(field, pattern.literal) : undefined
  if (fault) throw syntaxError(at, fault)
  return field === null ? { kind: 'text', pattern, phrase } : { kind: field, pattern }
}

function faultOf(field: Atom['kind'] | 'case' | null, literal: string): string | undefined {
  if (field === 'file') return globFault(literal)
  return field === 'lang' ? languageFault(literal) : undefined
}

function checkSize(node: Node): void {
  const all = atomsOf(node, true)
  if (all.length > mostAtoms)
    throw new AppError('invalid', `The query has ${all.length} parts; ${mostAtoms} are allowed`, {
      code: 'query_syntax',
    })
  if (atomsOf(node).length === 0)
    throw syntaxError(1, 'a query of exclusions alone fits almost everything; add what to look for')
}
