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

const holders =
  /^(class|interface|struct|enum|trait|impl|object|record|annotation|namespace|module|type|constant|variable|function|method)$/
const classLike = /^(class|interface|struct|trait|impl|object|record|enum|type)$/
const scopes =
  /^(class|interface|struct|enum|trait|impl|object|record|annotation|namespace|module|function|method)$/
const isMember = /^(property|field)$/
const isType = /^(struct|enum)$/
const longestSignature = 240
const mostSymbols = 20_000

/** What a text defines, in the order of the text. Column and lines count from 1. */
export const definitionsOf = (
  language: string,
  root: Syntax,
  text: string,
  positionOf: (offset: number) => Position,
): Definition[] => describeAll(language, findDefinitions(language, root, text), text, positionOf)

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
    // What declares a variable or another name of a type is not around that type.
    // A parameter that is a property belongs to the class, not to its constructor.
    const holding = isMember.test(found.kind) ? classLike : isType.test(found.kind) ? scopes : holders
    // Names that one pattern declares stand beside each other.
    const around = open.findLast(
      ({ kind, nameStart, start, end }) =>
        holding.test(kind) && nameStart !== found.nameStart && !(start === found.start && end === found.end),
    )
    if (found.kind !== 'impl') definitions.push(describe(language, text, found, around, positionOf))
    open.push(found)
  }
  return definitions
}

/** A definition without its place, as it is kept. */
export const symbolOf = ({ nameStart: _n, start: _s, end: _e, ...symbol }: Definition): SymbolFact => symbol

function describe(
  language: string,
  text: string,
  found: Found,
  around: Found | undefined,
  positionOf: (offset: number) => Position,
): Definition {
  const container = found.receiver ?? around?.name
  const head = text.slice(found.start, found.start + 300)
  const inClass = found.receiver !== undefined || (around !== undefined && classLike.test(around.kind))
  return {
    name: found.name,
    kind: kindOf(language, found, text, inClass),
    ...positionOf(found.nameStart),
    endLine: positionOf(Math.max(found.start, found.end - 1)).line,
    container,
    exported: isExported(language, found, head, text),
    signature: signatureOf(text, found),
    documentation: documentationOf(language, text, found.start, found.bodyStart, found.end),
    nameStart: found.nameStart,
    start: found.start,
    end: found.end,
  }
}

function kindOf(language: string, found: Found, text: string, inClass: boolean): string {
  const head = text.slice(found.start, found.nameStart)
  if (found.kind === 'function' && inClass) return 'method'
  if (found.kind === 'variable') return variableKind(language, found, text)
  if (language === 'swift' || language === 'kotlin') {
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
  const written = text
    .slice(start, stop)
    .replace(/\s+/g, ' ')
    .replace(/\s*(=>|[{:=])?\s*$/, '')
    .trim()
  return written.length > longestSignature ? `${written.slice(0, longestSignature - 1)}…` : written
}
