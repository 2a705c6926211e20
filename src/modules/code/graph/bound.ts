import type { FileFacts, ImportKind } from '../parsing/facts'

/** An import, as stored: from which file, and where it leads. */
export interface Edge {
  from: string
  test: boolean
  kind: string
  specifier: string
  name: string | null
  line: number
  column: number
  path: string | null
  package: string | null
}

/** A name that a file imports, with where it leads. `index` is the binding's; undefined for an import as a whole. */
export interface Bound {
  kind: ImportKind
  index: number | undefined
  local: string
  imported: string
  line: number
  column: number
  path: string | null
}

/** Facts and stored rows are in the same order: a row for each binding, one for an import without. */
export function boundOf({ imports }: FileFacts, rows: readonly Edge[]): Bound[] {
  let [row, index] = [0, 0]
  return imports.flatMap(({ kind, bindings, line, column }): Bound[] => {
    if (bindings.length === 0)
      return [
        { kind, index: undefined, local: '', imported: '*', line, column, path: rows[row++]?.path ?? null },
      ]
    return bindings.map((binding) => ({ kind, index: index++, ...binding, path: rows[row++]?.path ?? null }))
  })
}
