import type { Pattern } from './query'
import { syntaxError } from './syntax-error'

/** Fields of the query language by every name that they have. */
const fields = {
  repo: 'repo',
  repository: 'repo',
  file: 'file',
  path: 'file',
  lang: 'lang',
  language: 'lang',
  sym: 'symbol',
  symbol: 'symbol',
  branch: 'branch',
  case: 'case',
} as const

export type Field = (typeof fields)[keyof typeof fields]

/** A piece of a query; `at` is its place, from 1. */
export type Token = { at: number } & (
  | { kind: '(' | ')' | '-' | 'or' | 'and' }
  | { kind: 'value'; field: Field | null; pattern: Pattern; phrase: boolean }
)

/** Cuts a query into tokens; throws `query_syntax` with the place of the fault. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let depth = 0
  let at = skipBlanks(text, 0)
  while (at < text.length) {
    const [token, next] = readToken(text, at, depth)
    if (token.kind === '(') depth++
    if (token.kind === ')') depth--
    tokens.push(token)
    at = skipBlanks(text, next)
  }
  return tokens
}

function skipBlanks(text: string, at: number): number {
  let next = at
  while (next < text.length && /\s/.test(text[next]!)) next++
  return next
}

function readToken(text: string, at: number, depth: number): [Token, number] {
  const place = at + 1
  const character = text[at]!
  if (character === '(' || (character === ')' && depth > 0)) return [{ kind: character, at: place }, at + 1]
  if (character === ')') throw syntaxError(place, 'this ) closes nothing; put it in quotes to look for it')
  if (character === '-' && /[^\s)]/.test(text[at + 1] ?? ' ')) return [{ kind: '-', at: place }, at + 1]
  const named = /^([a-z]+):/i.exec(text.slice(at, at + 20))
  const field = named && Object.hasOwn(fields, named[1]!.toLowerCase()) ? named[1]!.toLowerCase() : undefined
  const start = field ? at + field.length + 1 : at
  const [pattern, phrase, next] = readPattern(text, start, depth)
  if (!field) return [operatorOr(pattern, phrase, place), next]
  return [{ kind: 'value', field: fields[field as keyof typeof fields], pattern, phrase, at: place }, next]
}

/** The bare words `or`, `OR`, `AND` and `NOT` are operators. */
function operatorOr(pattern: Pattern, phrase: boolean, at: number): Token {
  const word = phrase || 'regex' in pattern ? '' : pattern.literal
  if (word === 'or' || word === 'OR') return { kind: 'or', at }
  if (word === 'AND') return { kind: 'and', at }
  if (word === 'NOT') return { kind: '-', at }
  return { kind: 'value', field: null, pattern, phrase, at }
}

function readPattern(text: string, at: number, depth: number): [Pattern, boolean, number] {
  if (text[at] === '"') {
    const [literal, next] = readQuoted(text, at)
    return [{ literal }, true, next]
  }
  if (text[at] === '/') {
    const [regex, next] = readRegex(text, at)
    return [{ regex }, false, next]
  }
  const [literal, next] = readWord(text, at, depth)
  if (literal === '') throw syntaxError(at + 1, 'a value is missing here')
  return [{ literal }, false, next]
}

function readQuoted(text: string, start: number): [string, number] {
  let literal = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') {
      if (literal === '') throw syntaxError(start + 1, 'there is nothing between these quotes')
      if (/[\n\r]/.test(literal))
        throw syntaxError(start + 1, 'these quotes span lines: every match is within one line')
      return [literal, at + 1]
    }
    const escaped = character === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')
    if (escaped) at++
    literal += text[at]!
  }
  throw syntaxError(start + 1, 'this quote is not closed; write \\" for a quote to look for')
}

function readRegex(text: string, start: number): [string, number] {
  let inClass = false
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) return [regexBetween(text, start, at), at + 1]
  }
  throw syntaxError(start + 1, 'this regex is not closed by /; put a text that begins with / in quotes')
}

function regexBetween(text: string, start: number, end: number): string {
  if (end === start + 1) throw syntaxError(start + 1, 'this regex is empty')
  if (/[^\s)]/.test(text[end + 1] ?? ' '))
    throw syntaxError(end + 2, 'a regex ends with / and a blank; write \\/ for a slash inside')
  return text.slice(start + 1, end).replaceAll('\\/', '/')
}

/** A word ends at a blank, or at a parenthesis that closes a group of the query and none of the word's own. */
function readWord(text: string, start: number, depth: number): [string, number] {
  let own = 0
  let at = start
  for (; at < text.length && !/\s/.test(text[at]!); at++) {
    if (text[at] === '(') own++
    if (text[at] === ')' && own-- === 0 && depth > 0) break
  }
  return [text.slice(start, at), at]
}
