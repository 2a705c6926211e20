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
  return imports.flatMap(({ kind, specifier, bindings, line, column }): Bound[] => {
    if (bindings.length === 0)
      return [
        { kind, index: undefined, local: '', imported: '*', line, column, path: rows[row++]?.path ?? null },
      ]
    return bindings.map((binding) => {
      const path = rows[row++]?.path ?? null
      const imported = isModule(specifier, binding.imported, path) ? '*' : binding.imported
      return { kind, index: index++, ...binding, imported, path }
    })
  })
}

/** `from a import b` of Python brings the module `a/b` where there is one. */
function isModule(specifier: string, imported: string, path: string | null): boolean {
  const stem = path && /^(.*?)(?:\/__init__)?\.pyi?$/.exec(path)?.[1]
  if (!stem || imported === '*') return false
  const names = stem.split('/')
  const last = specifier.replace(/^\.+/, '').split('.').at(-1) ?? ''
  return names.at(-1) === imported && (last !== imported || names.at(-2) === imported)
}
