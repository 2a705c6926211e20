import type { Found } from '../../symbols/found'
import { blank, characterClass, codes, endOfComment, endOfLine, endOfLiteral, endOfWord } from './characters'
import type { Tokens } from './tokens'

/** `#include` as it is written; the offset is that of its first quote or bracket. */
export interface Include {
  start: number
  specifier: string
}

/** What is read of a text so far. */
export interface Reading {
  tokens: Tokens
  macros: Found[]
  includes: Include[]
  /** Braces and parentheses that are open. */
  braces: number
  parentheses: number
  conditionals: Conditional[]
}

/** An `#if` that is not closed yet. */
interface Conditional {
  /** How it stood before. */
  braces: number
  parentheses: number
  /** Where the present branch begins. */
  tokens: number
  macros: number
  includes: number
  /** The present branch is never compiled: `#if 0`. */
  never: boolean
  /** How the first branch that counts has left it. */
  after: { braces: number; parentheses: number } | undefined
}

/** Reads the directive whose `#` is at `at`; returns where its line ends. */
export function readDirective(reading: Reading, at: number): number {
  const { text } = reading.tokens
  const nameAt = behindBlanks(text, at + 1)
  const nameEnd = endOfWord(text, nameAt)
  const end = endOfDirective(text, nameEnd)
  switch (text.slice(nameAt, nameEnd)) {
    case 'define':
      addMacro(reading, at, behindBlanks(text, nameEnd), end)
      break
    case 'include':
    case 'include_next':
    case 'import':
      addInclude(reading, behindBlanks(text, nameEnd), end)
      break
    case 'if':
    case 'ifdef':
    case 'ifndef':
      openConditional(reading, isNever(text, nameEnd))
      break
    case 'elif':
    case 'elifdef':
    case 'elifndef':
    case 'else':
      nextBranch(reading, isNever(text, nameEnd))
      break
    case 'endif':
      closeConditional(reading)
  }
  return end
}

function behindBlanks(text: string, at: number): number {
  while (at < text.length && characterClass(text.charCodeAt(at)) === blank) at++
  return at
}

/** The line feed that ends a directive: none behind a backslash, in a comment or, escaped, in a literal. */
function endOfDirective(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === codes.feed) return at
    if (code === codes.backslash) at += text.charCodeAt(at + 1) === codes.return ? 2 : 1
    else if (code === codes.quote) at = endOfLiteral(text, at) - 1
    else if (code === codes.apostrophe && isCharacter(text, at)) at = endOfLiteral(text, at) - 1
    else if (code === codes.slash && text.charCodeAt(at + 1) === codes.slash) return endOfLine(text, at)
    else if (code === codes.slash) at = Math.max(at, endOfComment(text, at) - 1)
  }
  return text.length
}

/** `'"'` and `'\n'`, but not the apostrophe of `#error don't`. */
const isCharacter = (text: string, at: number): boolean =>
  text.charCodeAt(at + 1) === codes.backslash || text.charCodeAt(at + 2) === codes.apostrophe

const isNever = (text: string, at: number): boolean =>
  /^\s+0\s*($|\/)/.test(text.slice(at, text.indexOf('\n', at)))

function addMacro(reading: Reading, start: number, nameStart: number, end: number): void {
  const { text } = reading.tokens
  const nameEnd = endOfWord(text, nameStart)
  if (nameEnd === nameStart) return
  const name = text.slice(nameStart, nameEnd)
  reading.macros.push({
    kind: 'macro',
    name,
    nameStart,
    start,
    end,
    bodyStart: end,
    parentType: '',
    parentStart: 0,
  })
}

function addInclude(reading: Reading, start: number, end: number): void {
  const path = /^(?:<([^>\n]+)>|"([^"\n]+)")/.exec(
    reading.tokens.text.slice(start, Math.min(end, start + 1000)),
  )
  if (path) reading.includes.push({ start, specifier: (path[1] ?? path[2])! })
}

function openConditional(reading: Reading, never: boolean): void {
  const { tokens, macros, includes, braces, parentheses, conditionals } = reading
  const branch = { tokens: tokens.count, macros: macros.length, includes: includes.length }
  conditionals.push({ braces, parentheses, ...branch, never, after: undefined })
}

function nextBranch(reading: Reading, never: boolean): void {
  const conditional = reading.conditionals.at(-1)
  if (!conditional) return
  endBranch(reading, conditional)
  const { tokens, macros, includes } = reading
  Object.assign(conditional, {
    tokens: tokens.count,
    macros: macros.length,
    includes: includes.length,
    never,
  })
}

function closeConditional(reading: Reading): void {
  const conditional = reading.conditionals.pop()
  if (!conditional) return
  endBranch(reading, conditional)
  if (conditional.after) Object.assign(reading, conditional.after)
}

/** The first branch counts; of the others those that leave brackets as they found them, as both of them are read one after the other. */
function endBranch(reading: Reading, conditional: Conditional): void {
  const { braces, parentheses } = reading
  const isBalanced = braces === conditional.braces && parentheses === conditional.parentheses
  if (conditional.never) {
    reading.macros.length = conditional.macros
    reading.includes.length = conditional.includes
  }
  if (conditional.never || (conditional.after && !isBalanced)) reading.tokens.count = conditional.tokens
  else conditional.after ??= { braces, parentheses }
  reading.braces = conditional.braces
  reading.parentheses = conditional.parentheses
}
