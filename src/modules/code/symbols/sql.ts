import type { SymbolFact } from '../parsing/facts'
import type { Position } from '../parsing/lines'

const created =
  /^[ \t]*create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+|temp(?:orary)?\s+|unlogged\s+|unique\s+|virtual\s+|materialized\s+|recursive\s+|constraint\s+)*(table|view|function|procedure|trigger|index|type|domain|sequence|schema|policy|role|extension)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?((?:"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|[\w$]+)(?:\s*\.\s*(?:"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|[\w$]+))*)/gim

const namePart = /"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|[\w$]+/g
const unquoted = (part: string) => part.replace(/^["`[]|["`\]]$/g, '')

/**
 * What a SQL script creates, in time linear in its length. No package ships a grammar for SQL as wasm; statements begin on a line of their own nearly
 * everywhere.
 */
export function sqlDefinitions(text: string, positionOf: (offset: number) => Position): SymbolFact[] {
  const endFrom = semicolons(text)
  return [...blankComments(text).matchAll(created)].map((match) => {
    const parts = match[2]!.match(namePart)!.map(unquoted)
    return {
      name: parts.at(-1)!,
      kind: match[1]!.toLowerCase(),
      ...positionOf(match.index + match[0].length - match[2]!.length),
      endLine: positionOf(endFrom(match.index)).line,
      container: parts.length > 1 ? parts.at(-2)! : undefined,
      exported: true,
      signature: text
        .slice(match.index, match.index + match[0].length)
        .replace(/\s+/g, ' ')
        .trim(),
    }
  })
}

/** Finds the semicolon behind a place, or the end; asked for places in order it reads the text once. */
function semicolons(text: string): (place: number) => number {
  let end = -1
  return (place) => {
    if (end < place) end = text.indexOf(';', place)
    if (end < 0) end = text.length
    return end
  }
}

/** Comments as blanks, so that offsets stay. A block that nothing closes is none, and neither is any behind it. */
function blankComments(text: string): string {
  const opening = /--|\/\*/g
  const lastClose = text.lastIndexOf('*/')
  const kept: string[] = []
  let from = 0
  for (let found = opening.exec(text); found; found = opening.exec(text)) {
    const block = found[0] === '/*'
    if (block && lastClose < opening.lastIndex) continue
    const close = text.indexOf(block ? '*/' : '\n', opening.lastIndex)
    const end = close < 0 ? text.length : close + (block ? 2 : 0)
    kept.push(text.slice(from, found.index), text.slice(found.index, end).replace(/[^\n]/g, ' '))
    from = opening.lastIndex = end
  }
  return kept.join('') + text.slice(from)
}
