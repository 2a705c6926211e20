import type { SymbolFact } from '../parsing/facts'
import type { Position } from '../parsing/lines'
import type { Syntax } from '../parsing/syntax'
import { documentationOf } from './documentation'
import { isExported } from './exported'
import { type Found, findDefinitions } from './found'

/** A definition with its place in the text. */
export interface Definition extends SymbolFact {
  nameStart: number
  start: number
  end: number
}

const classLike = setOf('class interface struct trait impl object record enum type')
const scopes = setOf(
  'class interface struct enum trait impl object record annotation namespace module function method',
)
const holders = setOf('type constant variable', scopes)

function setOf(words: string, others: Iterable<string> = []): ReadonlySet<string> {
  return new Set([...words.split(' '), ...others])
}

/** What may be around a definition of a kind. */
function holdersOf(kind: string): ReadonlySet<string> {
  // A parameter that is a property belongs to the class, not to its constructor.
  if (kind === 'property' || kind === 'field' || kind === 'attribute') return classLike
  // What declares a variable of a type, or another name of it, is not around that type.
  return kind === 'struct' || kind === 'enum' ? scopes : holders
}

const longestSignature = 240
const mostSymbols = 20_000

/** What a text defines, in the order of the text. Column and lines count from 1. */
export const definitionsOf = (
  language: string,
  root: Syntax,
  text: string,
  positionOf: (offset: number) => Position,
): Definition[] =>
  withAttributes(describeAll(language, findDefinitions(language, root, text), text, positionOf))

/** An attribute that assignments to `self` make is a property of its class by the first of them, where the class does not define it otherwise. */
function withAttributes(definitions: Definition[]): Definition[] {
  if (!definitions.some(({ kind }) => kind === 'attribute')) return definitions
  const keyOf = ({ container, name }: Definition) => `${container}\0${name}`
  const known = new Set(definitions.filter(({ kind }) => kind !== 'attribute').map(keyOf))
  return definitions.flatMap((definition) => {
    if (definition.kind !== 'attribute') return [definition]
    const key = keyOf(definition)
    if (definition.container === undefined || known.has(key)) return []
    known.add(key)
    return [{ ...definition, kind: 'property' }]
  })
}

/** Definitions that were found, outermost first, with what is shown of them. */
export function describeAll(
  language: string,
  all: readonly Found[],
  text: string,
  positionOf: (offset: number) => Position,
): Definition[] {
  const open: Found[] = []
  const definitions: Definition[] = []
  for (const found of all.slice(0, mostSymbols)) {
    while (open.length > 0 && open.at(-1)!.end <= found.start) open.pop()
    const holding = holdersOf(found.kind)
    // Names that one pattern declares stand beside each other.
    const around = open.findLast(
      ({ kind, nameStart, start, end }) =>
        holding.has(kind) && nameStart !== found.nameStart && !(start === found.start && end === found.end),
    )
    if (found.kind !== 'impl') definitions.push(describe(language, text, found, around, positionOf))
    open.push(found)
  }
  return definitions
}

/** A definition without its place, as it is kept. Named one by one: taking the rest of an object is ten times as slow. */
export function symbolOf(definition: Definition): SymbolFact {
  const { name, kind, line, column, endLine, container, exported, signature, documentation } = definition
  return { name, kind, line, column, endLine, container, exported, signature, documentation }
}

function describe(
  language: string,
  text: string,
  found: Found,
  around: Found | undefined,
  positionOf: (offset: number) => Position,
): Definition {
  const container = found.receiver ?? around?.name
  const { line, column } = positionOf(found.nameStart)
  const inClass = found.receiver !== undefined || (around !== undefined && classLike.has(around.kind))
  return {
    name: found.name,
    kind: kindOf(language, found, text, inClass),
    line,
    column,
    endLine: positionOf(Math.max(found.start, found.end - 1)).line,
    container,
    exported: isExported(language, found, text),
    signature: signatureOf(text, found),
    documentation: documentationOf(language, text, found.start, found.bodyStart, found.end),
    nameStart: found.nameStart,
    start: found.start,
    end: found.end,
  }
}

function kindOf(language: string, found: Found, text: string, inClass: boolean): string {
  if (found.kind === 'function' && inClass) return 'method'
  if (found.kind === 'variable') return variableKind(language, found, text)
  if (language === 'swift' || language === 'kotlin') {
    const head = text.slice(found.start, found.nameStart)
    const keyword = /\b(struct|enum|interface|extension|actor|protocol)\b/.exec(head)?.[1]
    if (found.kind === 'class' && keyword)
      return keyword === 'actor' || keyword === 'extension' ? 'class' : keyword
  }
  return found.kind
}

const scripts = new Set(['typescript', 'tsx', 'javascript'])

function variableKind(language: string, found: Found, text: string): string {
  if (!scripts.has(language)) return /^[A-Z][A-Z0-9_]+$/.test(found.name) ? 'constant' : 'variable'
  const after = text.slice(found.nameStart + found.name.length, found.nameStart + found.name.length + 300)
  if (
    /^\s*(:[^=]+)?=\s*(async\s*)?(function\b|(<[^>]*>\s*)?\(?[^;{]*?\)?\s*(:[^=]*)?=>)/.test(after) &&
    found.bodyStart < found.end
  )
    return 'function'
  return text.startsWith('const', found.parentStart) ? 'constant' : 'variable'
}

function signatureOf(text: string, { start, bodyStart, end }: Found): string {
  const stop = Math.min(bodyStart > start ? bodyStart : end, start + 2000)
  const written = withoutEnd(onOneLine(text.slice(start, stop).trim())).trimEnd()
  return written.length > longestSignature
    ? `${written.slice(0, longestSignature - 1).toWellFormed()}…`
    : written
}

const onOneLine = (text: string) => (/[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, ' ') : text)

/** Without what leads to a body or a value. */
function withoutEnd(text: string): string {
  if (text.endsWith('=>')) return text.slice(0, -2)
  return text.endsWith('{') || text.endsWith(':') || text.endsWith('=') ? text.slice(0, -1) : text
}
