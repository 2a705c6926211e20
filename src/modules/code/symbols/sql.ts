import type { SymbolFact } from '../parsing/facts'
import type { Position } from '../parsing/lines'

const created =
  /^[ \t]*create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+|temp(?:orary)?\s+|unlogged\s+|unique\s+|virtual\s+|materialized\s+|recursive\s+|constraint\s+)*(table|view|function|procedure|trigger|index|type|domain|sequence|schema|policy|role|extension)\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?((?:"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|[\w$]+)(?:\s*\.\s*(?:"[^"\n]+"|`[^`\n]+`|\[[^\]\n]+\]|[\w$]+))*)/gim

const unquoted = (part: string) => part.trim().replace(/^["`[]|["`\]]$/g, '')

/** What a SQL script creates. No package ships a grammar for SQL as wasm; statements begin on a line of their own nearly everywhere. */
export function sqlDefinitions(text: string, positionOf: (offset: number) => Position): SymbolFact[] {
  return [...blankComments(text).matchAll(created)].map((match) => {
    const parts = match[2]!.split(/\.(?=(?:[^"]*"[^"]*")*[^"]*$)/).map(unquoted)
    const semicolon = text.indexOf(';', match.index)
    const end = semicolon < 0 ? text.length : semicolon
    return {
      name: parts.at(-1)!,
      kind: match[1]!.toLowerCase(),
      ...positionOf(match.index + match[0].length - match[2]!.length),
      endLine: positionOf(end).line,
      container: parts.length > 1 ? parts.at(-2)! : undefined,
      exported: true,
      signature: text
        .slice(match.index, match.index + match[0].length)
        .replace(/\s+/g, ' ')
        .trim(),
    }
  })
}

/** Comments as blanks, so that offsets stay. */
const blankComments = (text: string) =>
  text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
