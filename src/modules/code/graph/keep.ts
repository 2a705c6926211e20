import type { FileFacts, ReferenceFact } from '../parsing/facts'
import type { Bound } from './bound'
import type { GraphFile } from './project-files'
import type { Definition } from './usages/usage'

/** The references of a file. */
export interface Uses {
  /** By `binding 3`, `symbol_member 5`, …: what they mean as far as the file tells. */
  meaning: ReadonlyMap<string, readonly ReferenceFact[]>
  named: ReadonlyMap<string, readonly ReferenceFact[]>
}

const usesOf = (references: readonly ReferenceFact[]): Uses => ({
  meaning: Map.groupBy(references, ({ target }) =>
    'index' in target ? `${target.to} ${target.index}` : target.to,
  ),
  named: Map.groupBy(references, ({ name }) => name),
})

/** What is looked up many times over: bindings by their index, symbols by their name. */
export function keep() {
  const bounds = new Map<string, readonly Bound[]>()
  const bindings = new Map<string, Map<number | undefined, Bound>>()
  const symbols = new Map<string, Map<string, Definition[]>>()
  const definings = new Map<string, Promise<readonly string[]>>()
  const uses = new Map<string, Uses>()
  return {
    bound(path: string, read: () => Bound[]): readonly Bound[] {
      const known = bounds.get(path) ?? read()
      bounds.set(path, known)
      return known
    },
    binding(path: string, index: number): Bound | undefined {
      const known = bindings.get(path) ?? new Map(bounds.get(path)!.map((one) => [one.index, one]))
      bindings.set(path, known)
      return known.get(index)
    },
    defining(name: string, read: () => Promise<string[]>): Promise<readonly string[]> {
      const known = definings.get(name) ?? read()
      definings.set(name, known)
      return known
    },
    uses(path: string, read: () => readonly ReferenceFact[]): Uses {
      const known = uses.get(path) ?? usesOf(read())
      uses.set(path, known)
      return known
    },
    named(path: string, read: () => Definition[], name: string): readonly Definition[] {
      const known = symbols.get(path) ?? Map.groupBy(read(), ({ symbol }) => symbol.name)
      symbols.set(path, known)
      return known.get(name) ?? []
    },
  }
}

export const definitionsOf = (file: GraphFile, symbols: FileFacts['symbols']): Definition[] =>
  symbols.map((symbol, ordinal) => ({ file, symbol, ordinal }))
