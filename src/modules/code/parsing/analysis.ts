import type { Definition } from '../symbols/definitions'
import type { ExportFact, Expression, ImportFact, ReferenceFact, Shape } from './facts'
import type { Position } from './lines'
import type { Syntax } from './syntax'

/** A text on its way to facts. */
export interface Source {
  text: string
  root: Syntax
  definitions: Definition[]
  positionOf(offset: number): Position
}

/** What a language's own analysis adds to the definitions. */
export interface Analysis {
  imports: ImportFact[]
  exports: ExportFact[]
  references: ReferenceFact[]
  expressions?: Expression[]
  shapes?: Record<number, Shape>
  package?: string | undefined
}

export const textOf = (source: Source, node: Syntax): string => source.text.slice(node.start, node.end)

/** The innermost definition around an offset, as an index; -1 for none. */
export function enclosing(
  definitions: readonly Definition[],
  parents: readonly number[] = parentsOf(definitions),
): (offset: number) => number {
  return (offset) => {
    let [low, high] = [-1, definitions.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (definitions[middle]!.start <= offset) low = middle
      else high = middle - 1
    }
    while (low >= 0 && definitions[low]!.end <= offset) low = parents[low]!
    return low
  }
}

/** Of each definition the one around it, as an index; -1 for none. */
export function parentsOf(definitions: readonly Definition[]): number[] {
  const open: number[] = []
  return definitions.map(({ start }, index) => {
    while (open.length > 0 && definitions[open.at(-1)!]!.end <= start) open.pop()
    const parent = open.at(-1) ?? -1
    open.push(index)
    return parent
  })
}
