import { pairBrackets } from './brackets'
import {
  blank,
  characterClass,
  codes,
  digit,
  endOfComment,
  endOfLiteral,
  endOfNumber,
  endOfRawString,
  endOfWord,
  feed,
  hash,
  letter,
  quote,
  slash,
} from './characters'
import { type Reading, readDirective } from './preprocessor'
import { addToken, arrow, closeTokens, literal, number, openTokens, scope, signs, word } from './tokens'

/** Reads a text once: its tokens with their brackets paired, its macros and its includes. */
export function tokenize(text: string): Reading {
  const tokens = openTokens(text)
  const reading = { tokens, macros: [], includes: [], braces: 0, parentheses: 0, conditionals: [] }
  let isFirst = true
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    const kind = characterClass(code)
    if (kind === blank) at++
    else if (kind === feed) {
      isFirst = true
      at++
    } else if (kind === hash && isFirst) at = readDirective(reading, at)
    else if (kind === slash && endOfComment(text, at) > at) at = endOfComment(text, at)
    else {
      isFirst = false
      at = readToken(reading, kind, code, at)
    }
  }
  closeTokens(tokens)
  pairBrackets(tokens)
  return reading
}

function readToken(reading: Reading, kind: number, code: number, at: number): number {
  const { tokens } = reading
  const { text } = tokens
  if (kind === letter) return readWord(reading, at)
  if (kind === digit) return add(number, endOfNumber(text, at))
  if (kind === quote) return add(literal, endOfLiteral(text, at))
  return readSign(reading, code, at)

  function add(kind: number, end: number): number {
    addToken(tokens, kind, at, end)
    return end
  }
}

function readWord({ tokens }: Reading, at: number): number {
  const { text } = tokens
  const end = endOfWord(text, at + 1)
  const rawEnd = text.charCodeAt(end) === codes.quote ? endOfRawString(text, at, end) : -1
  addToken(tokens, rawEnd < 0 ? word : literal, at, rawEnd < 0 ? end : rawEnd)
  return rawEnd < 0 ? end : rawEnd
}

function readSign(reading: Reading, code: number, at: number): number {
  const next = reading.tokens.text.charCodeAt(at + 1)
  const isScope = code === signs.colon && next === signs.colon
  if (isScope || (code === signs.minus && next === signs.greater)) {
    addToken(reading.tokens, isScope ? scope : arrow, at, at + 2)
    return at + 2
  }
  if (code === signs.brace) reading.braces++
  else if (code === signs.closingBrace) reading.braces--
  else if (code === signs.parenthesis) reading.parentheses++
  else if (code === signs.closingParenthesis) reading.parentheses--
  addToken(reading.tokens, code, at, at + 1)
  return at + 1
}
