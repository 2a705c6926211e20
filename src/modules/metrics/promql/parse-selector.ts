import { nameLabel } from './labels'
import { checkMatchers, type Matcher, type MatchOp, matcherOf } from './matcher'
import { badData } from './promql-error'
import type { SyntaxNode } from './syntax-node'

/** The conditions of a vector selector, its metric name among them. */
export function matchersOf(node: SyntaxNode, text: string): Matcher[] {
  const name = node.getChild('Identifier')
  const found: Matcher[] = name ? [matcherOf(nameLabel, '=', text.slice(name.from, name.to))] : []
  const list = node.getChild('LabelMatchers')
  for (let child = list?.firstChild; child; child = child.nextSibling) {
    const matcher = matcherIn(child, text)
    if (matcher) found.push(matcher)
  }
  if (name && found.slice(1).some((matcher) => matcher.name === nameLabel))
    throw badData(`metric name must not be set twice: "${found[0]!.value}"`)
  checkMatchers(found)
  return found
}

function matcherIn(node: SyntaxNode, text: string): Matcher | undefined {
  if (node.name === 'QuotedLabelName') return matcherOf(nameLabel, '=', quoted(node, text))
  if (node.name !== 'UnquotedLabelMatcher' && node.name !== 'QuotedLabelMatcher') return undefined
  const label = node.firstChild!
  const op = node.getChild('MatchOp')!
  const value = node.lastChild!
  const name = label.name === 'QuotedLabelName' ? quoted(label, text) : text.slice(label.from, label.to)
  const literal = text.slice(value.from, value.to)
  return matcherOf(name, text.slice(op.from, op.to) as MatchOp, textOfString(literal))
}

const quoted = (node: SyntaxNode, text: string) => textOfString(text.slice(node.from, node.to))

/** The names in a list in parentheses. */
export function labelNamesOf(list: SyntaxNode, text: string): string[] {
  const names: string[] = []
  for (let child = list.firstChild; child; child = child.nextSibling) {
    if (child.name === 'LabelName') names.push(text.slice(child.from, child.to))
    if (child.name === 'QuotedLabelName') names.push(quoted(child, text))
  }
  return names
}

const plain: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]?))/g

/** What a string literal says; the escapes are Go's. */
export function textOfString(literal: string): string {
  const quote = literal[0]!
  if (literal.length < 2 || !literal.endsWith(quote)) throw badData('unterminated quoted string')
  const body = literal.slice(1, -1)
  if (quote === '`') return body
  return body.replace(escapes, (_, x, u, U, octal, single) => {
    const code = x ?? u ?? U
    if (code !== undefined) return fromCode(Number.parseInt(code, 16))
    if (octal !== undefined) return fromCode(Number.parseInt(octal, 8))
    const found = plain[single as string]
    if (found === undefined) throw badData(`invalid escape \\${single} in a string`)
    return found
  })
}

function fromCode(code: number): string {
  if (code > 0x10ffff) throw badData('invalid Unicode code point in a string')
  return String.fromCodePoint(code)
}
